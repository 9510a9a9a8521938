using Vouch.Core.Validation;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Policies;

/// <summary>Predicts quality and cost of every route, direct choices and cascades alike, so that one policy chooses among them all.</summary>
/// <remarks>
/// One outcome model holds the endpoints, the cascades and the chance that a cascade's two cheap endpoints agree. Immutable and safe to share; a prediction allocates nothing.
/// </remarks>
public sealed class RouteModel
{
    private readonly int _endpoints;

    internal RouteModel(IReadOnlyList<Route> routes, int endpoints, OutcomeFit fit)
    {
        Routes = routes;
        _endpoints = endpoints;
        Fit = fit;
    }

    /// <summary>Gets the routes: first the endpoints in their order, then the cascades.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Gets the model underneath and its held-out predictions.</summary>
    public OutcomeFit Fit { get; }

    /// <summary>Gets the digest of the model.</summary>
    public string Digest => Fit.Model.Digest;

    /// <summary>Predicts for every route.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="inputTokens">Its tokens, finite, 0 or more.</param>
    /// <param name="prices">The prices, one for each endpoint.</param>
    /// <param name="predictions">Room for one element for each of <see cref="Routes"/>; a cascade's tokens are those of its two cheap answers and its share of the third.</param>
    /// <param name="costs">Room for the expected cost of each route, in dollars.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Predict(ReadOnlySpan<char> prompt, double inputTokens, ReadOnlySpan<TokenPrice> prices, Span<OutcomePrediction> predictions, Span<double> costs)
    {
        Boundary.SameLength(prices.Length, _endpoints);
        Boundary.SameLength(predictions.Length, Routes.Count);
        Boundary.SameLength(costs.Length, Routes.Count);
        Boundary.NonNegative(inputTokens);
        Span<OutcomePrediction> all = stackalloc OutcomePrediction[Fit.Model.Endpoints.Count];
        Fit.Model.Predict(prompt, all);
        all[..predictions.Length].CopyTo(predictions);
        for (int i = 0; i < _endpoints; i++)
        {
            costs[i] = prices[i].Cost(inputTokens, all[i].OutputTokens);
        }

        for (int r = _endpoints; r < Routes.Count; r++)
        {
            Cascade cascade = Routes[r].Cascade!;
            double agreed = all[Routes.Count + r - _endpoints].SuccessProbability;
            costs[r] = Cascade.ExpectedCost(costs[cascade.First], costs[cascade.Second], costs[cascade.Escalation], agreed);
            predictions[r] = predictions[r] with
            {
                OutputTokens = all[cascade.First].OutputTokens + all[cascade.Second].OutputTokens + ((1 - agreed) * all[cascade.Escalation].OutputTokens),
            };
        }
    }
}
