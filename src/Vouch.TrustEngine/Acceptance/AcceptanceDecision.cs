using Vouch.Core.Models;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>The cheapest next step for a unit, and why.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Group">The group that the step is about; -1 where it starts afresh or there is none.</param>
/// <param name="Worker">Whose result to accept or to check; null for <see cref="AcceptanceAction.Replicate"/> and <see cref="AcceptanceAction.GiveUp"/>.</param>
/// <param name="ErrorProbability">The chance that the answer in question is wrong as things stand, in [0, 1]; 1 where there is no answer.</param>
/// <param name="Reasons">The reasons in words, most important first.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AcceptanceDecision(
    AcceptanceAction Action,
    int Group,
    WorkerId? Worker,
    double ErrorProbability,
    IReadOnlyList<string> Reasons)
{
    /// <summary>Gets the group number that stands for no group.</summary>
    public const int NoGroup = -1;

    /// <summary>Gets what reaching the error budget is expected to cost from here, in the unit of <see cref="AcceptanceCosts"/>; 0 when accepted, positive infinity when given up.</summary>
    public double ExpectedCost { get; init; }
}
