using System.Globalization;
using System.Text;
using Vouch.Optimizer.Budgets;
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

        if (decision.Route is null)
        {
            return;
        }

        if (decision.Cascade is { } name)
        {
            CascadeRecord cascade = decision.Cascades.First(row => row.Name == name);
            headers["x-vouch-cascade"] = Safe(name);
            headers["x-vouch-agreed"] = decision.Agreed switch { true => "yes", false => "no", null => "unknown" };
            Expected(headers, cascade.Success, cascade.Lower, cascade.Upper, cascade.SampleSize, cascade.ExpectedCost);
        }
        else
        {
            CandidateRecord candidate = decision.Candidates.First(row => row.Endpoint == decision.Endpoint);
            Expected(headers, candidate.Success, candidate.Lower, candidate.Upper, candidate.SampleSize, candidate.ExpectedCost);
        }

        if (decision.AnsweredBy is { } answering)
        {
            headers["x-vouch-endpoint"] = Safe(answering);
        }

        if (decision.AnsweredBy is { } id && registry.TryGet(id, out Endpoint? endpoint))
        {
            headers["x-vouch-model"] = Safe(endpoint.Model);
            headers["x-vouch-tier"] = Safe(endpoint.Tier);
        }

        headers["x-vouch-basis"] = decision.Basis.ToString();
        headers["x-vouch-propensity"] = decision.Propensity.ToString("0.######", CultureInfo.InvariantCulture);
        if (decision.Counterfactuals is [{ } first, ..])
        {
            headers["x-vouch-counterfactual"] = Safe(first.ToString());
        }
    }

    private static void Expected(IHeaderDictionary headers, double success, double lower, double upper, double sampleSize, NanoUsd cost)
    {
        headers["x-vouch-quality"] = string.Create(CultureInfo.InvariantCulture, $"{success:0.000} [{lower:0.000}, {upper:0.000}] n={sampleSize:0}");
        headers["x-vouch-expected-cost-usd"] = cost.Usd.ToString("0.#########", CultureInfo.InvariantCulture);
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
