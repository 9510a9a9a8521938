using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Guarantees;

/// <summary>Puts candidate policies into the order of their tests by what an earlier sample says of them.</summary>
/// <remarks>Pure and safe to share. The earlier sample must not be the calibration sample. Source of the idea: B. Laufer-Goldshlager et al., <i>Pareto Testing</i>, ICLR 2023.</remarks>
public static class CandidateSequence
{
    /// <summary>Orders candidates from the one surest to hold the promise to the least sure, leaving out those not cheaper than a surer one.</summary>
    /// <param name="guarantee">The promise.</param>
    /// <param name="endpoints">The single endpoints on the earlier sample.</param>
    /// <param name="candidates">The candidates on the earlier sample; best from held-out predictions.</param>
    /// <returns>The positions of the candidates in the order of their tests.</returns>
    /// <exception cref="ArgumentException"><paramref name="endpoints"/> is empty.</exception>
    /// <exception cref="InputValidationException">The policies are of different length.</exception>
    public static IReadOnlyList<int> Order(QualityGuarantee guarantee, IReadOnlyList<CandidatePolicy> endpoints, IReadOnlyList<CandidatePolicy> candidates)
    {
        ArgumentNullException.ThrowIfNull(guarantee);
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(candidates);
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("A sequence needs a single endpoint or more.", nameof(endpoints));
        }

        int n = endpoints[0].Scores.Count;
        CandidatePolicy best = endpoints.MaxBy(endpoint => endpoint.Scores.Average())!;
        var ranked = new List<(int Position, double Sureness, double Cost)>();
        for (int c = 0; c < candidates.Count; c++)
        {
            if (candidates[c].Scores.Count != n)
            {
                throw new InputValidationException($"'{candidates[c].Name}' has {candidates[c].Scores.Count} scores, expected are {n}.") { Location = candidates[c].Name };
            }

            double sum = 0;
            double squares = 0;
            for (int i = 0; i < n; i++)
            {
                double margin = candidates[c].Scores[i] - (guarantee.IsRelative ? guarantee.Level * best.Scores[i] : guarantee.Level);
                sum += margin;
                squares += margin * margin;
            }

            // A little noise is added to the deviation, so that no policy is taken for certain.
            double mean = sum / Math.Max(1, n);
            double deviation = Math.Sqrt(Math.Max(0, (squares / Math.Max(1, n)) - (mean * mean)) + 1e-3);
            ranked.Add((c, mean / deviation, candidates[c].Costs.Average()));
        }

        var order = new List<int>();
        double cheapest = double.PositiveInfinity;
        foreach ((int position, _, double cost) in ranked.OrderByDescending(rank => rank.Sureness).ThenBy(rank => rank.Cost).ThenBy(rank => rank.Position))
        {
            if (cost < cheapest)
            {
                order.Add(position);
                cheapest = cost;
            }
        }

        return order;
    }
}
