using System.Globalization;
using Vouch.Core.Models;
using Vouch.Core.Validation;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Policies;

/// <summary>Chooses an endpoint from predicted quality and expected cost: the largest chance of success minus the price sensitivity times the cost.</summary>
/// <remarks>
/// Every point on the convex hull of cost and predicted quality is reached by some price sensitivity, so one number tells the whole policy; dominated endpoints
/// are never chosen, whatever their tier is called. Immutable, deterministic, safe to share; a choice is one pass over the candidates and allocates nothing.
/// </remarks>
public sealed record RoutingPolicy
{
    /// <summary>The share of the reference cost that <see cref="OptimizationProfile.Quality"/> pays per point of quality forgone: a whole reference query is worth 1 point.</summary>
    private const double QualityShare = 0.01;
    private const double BalancedShare = 0.05;
    private const double EconomyShare = 0.2;

    /// <summary>Initializes a policy.</summary>
    /// <param name="name">The name, for records and people.</param>
    /// <param name="priceSensitivity">Quality given up to save one dollar on one query (1 = certain success), 0 or more. 0 pays any price for any gain; infinity takes the cheapest.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="priceSensitivity"/> is negative or NaN.</exception>
    public RoutingPolicy(string name, double priceSensitivity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!(priceSensitivity >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(priceSensitivity), priceSensitivity, "The price sensitivity is 0 or more.");
        }

        Name = name;
        PriceSensitivity = priceSensitivity;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the quality given up to save one dollar on one query.</summary>
    public double PriceSensitivity { get; }

    /// <summary>Gets what the policy does, in a sentence a person can check.</summary>
    public string Meaning => PriceSensitivity switch
    {
        0 => "Takes the endpoint most likely to be right, at any price.",
        double.PositiveInfinity => "Takes the cheapest endpoint, whatever its quality.",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"Gives up one point of success probability where that saves at least ${0.01 / PriceSensitivity:G4} on the query (${10 / PriceSensitivity:G4} per 1,000 queries)."),
    };

    /// <summary>The named policy of a profile, scaled to what a query costs.</summary>
    /// <param name="profile">Quality gives up at most 1 point of success probability to save a whole reference query, Balanced 5 points, Economy 20 points.</param>
    /// <param name="referenceCost">What a typical query costs on the best single endpoint, in dollars, above 0.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="referenceCost"/> is not positive and finite, or <paramref name="profile"/> is unknown.</exception>
    public static RoutingPolicy For(OptimizationProfile profile, double referenceCost)
    {
        Boundary.Defined(profile);
        Boundary.Positive(referenceCost);
        double share = profile switch
        {
            OptimizationProfile.Quality => QualityShare,
            OptimizationProfile.Economy => EconomyShare,
            _ => BalancedShare,
        };
        return new RoutingPolicy(profile.ToString(), share / referenceCost);
    }

    /// <summary>Chooses among the eligible positions.</summary>
    /// <param name="predictions">What is expected of each endpoint, by position.</param>
    /// <param name="expectedCosts">What the query is expected to cost on each endpoint, in dollars, by position.</param>
    /// <param name="eligible">The positions that the hard filters left, in any order.</param>
    /// <returns>
    /// A position out of <paramref name="eligible"/>; -1 where there is none. Ties go to the cheaper, then to the lower position, whatever the order of
    /// <paramref name="eligible"/>. A NaN prediction counts as certain failure, a NaN cost as infinite.
    /// </returns>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="IndexOutOfRangeException">A position is outside the spans.</exception>
    public int Choose(ReadOnlySpan<OutcomePrediction> predictions, ReadOnlySpan<double> expectedCosts, ReadOnlySpan<int> eligible)
    {
        Boundary.SameLength(expectedCosts.Length, predictions.Length);
        int best = -1;
        double bestValue = double.NegativeInfinity;
        double bestCost = double.PositiveInfinity;
        foreach (int position in eligible)
        {
            double cost = double.IsNaN(expectedCosts[position]) ? double.PositiveInfinity : expectedCosts[position];
            double value = Value(predictions[position].SuccessProbability, cost);
            if (best < 0 || value > bestValue || (value == bestValue && (cost < bestCost || (cost == bestCost && position < best))))
            {
                best = position;
                bestValue = value;
                bestCost = cost;
            }
        }

        return best;
    }

    /// <summary>What an endpoint is worth under the policy: its chance of success minus the price sensitivity times its cost.</summary>
    /// <param name="successProbability">The chance of success; NaN counts as 0.</param>
    /// <param name="cost">The expected cost in dollars, 0 or more.</param>
    /// <returns>The value; negative infinity where the cost is infinite.</returns>
    public double Value(double successProbability, double cost)
    {
        double quality = double.IsNaN(successProbability) ? 0 : successProbability;
        return PriceSensitivity switch
        {
            0 => double.IsPositiveInfinity(cost) ? double.NegativeInfinity : quality,
            double.PositiveInfinity => -cost,
            _ => quality - (PriceSensitivity * cost),
        };
    }
}
