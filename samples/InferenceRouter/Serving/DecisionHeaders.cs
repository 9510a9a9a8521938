using System.Globalization;
using System.Text;
using Vouch.Optimizer.Clients;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Serving;

/// <summary>The decision as response headers.</summary>
internal static class DecisionHeaders
{
    public static void Write(IHeaderDictionary headers, RoutedReply reply, EndpointRegistry registry)
    {
        DecisionRecord decision = reply.Decision;
        headers["x-vouch-decision"] = Text(decision.Id);
        headers["x-vouch-policy"] = Safe(decision.Policy);
        headers["x-vouch-digest"] = decision.Digest.Value;
        headers["x-vouch-attempts"] = Text(reply.Attempts);
        if (decision.BindingConstraints != RoutingConstraint.None)
        {
            headers["x-vouch-binding"] = decision.BindingConstraints.ToString();
        }

        if (reply.RetryAfter is { } wait)
        {
            headers.RetryAfter = Text((long)Math.Ceiling(wait.TotalSeconds));
        }

        // A stream's bill is known at its end only; the expected cost stands in its head.
        if (!reply.IsStreaming)
        {
            headers["x-vouch-cost-usd"] = reply.Charged.Usd.ToString("0.#########", CultureInfo.InvariantCulture);
        }

        if (decision.Endpoint is not { } chosen)
        {
            return;
        }

        CandidateRecord candidate = decision.Candidates.First(row => row.Endpoint == chosen);
        headers["x-vouch-endpoint"] = Safe(chosen);
        if (registry.TryGet(chosen, out Endpoint? endpoint))
        {
            headers["x-vouch-model"] = Safe(endpoint.Model);
            headers["x-vouch-tier"] = Safe(endpoint.Tier);
        }

        headers["x-vouch-basis"] = decision.Basis.ToString();
        headers["x-vouch-propensity"] = decision.Propensity.ToString("0.######", CultureInfo.InvariantCulture);
        headers["x-vouch-quality"] = string.Create(CultureInfo.InvariantCulture, $"{candidate.Success:0.000} [{candidate.Lower:0.000}, {candidate.Upper:0.000}] n={candidate.SampleSize:0}");
        headers["x-vouch-expected-cost-usd"] = candidate.ExpectedCost.Usd.ToString("0.#########", CultureInfo.InvariantCulture);
        if (decision.Counterfactuals is [{ } first, ..])
        {
            headers["x-vouch-counterfactual"] = Safe(first.ToString());
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Names come from configuration; a header takes visible ASCII.</summary>
    private static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            safe.Append(c is >= ' ' and < '\x7f' ? c : '?');
        }

        return safe.ToString();
    }
}
