using Vouch.Core.Validation;

namespace Vouch.Optimizer.Guarantees;

/// <summary>A policy to be tested: what it would have scored and cost on every query of the calibration sample.</summary>
/// <remarks>The policy must have been fixed without looking at the calibration sample. Immutable and safe to share; the arrays handed in must not change afterwards.</remarks>
public sealed record CandidatePolicy
{
    /// <summary>Initializes a candidate.</summary>
    /// <param name="name">The name, unique among the candidates.</param>
    /// <param name="scores">The score in [0, 1] of the answer it would have given to each query.</param>
    /// <param name="costs">The cost of each, in dollars, finite, 0 or more.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, the lengths differ, or a value is outside its range.</exception>
    public CandidatePolicy(string name, IReadOnlyList<double> scores, IReadOnlyList<double> costs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(costs);
        Boundary.SameLength(costs.Count, scores.Count, nameof(costs));
        for (int i = 0; i < scores.Count; i++)
        {
            Boundary.Share(scores[i], nameof(scores));
            Boundary.NonNegative(costs[i], nameof(costs));
        }

        Name = name;
        Scores = scores;
        Costs = costs;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the scores, one for each query.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>Gets the costs in dollars, one for each query.</summary>
    public IReadOnlyList<double> Costs { get; }
}
