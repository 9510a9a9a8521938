using Vouch.Core.Models;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>One worker's result for a unit, with what is known about the worker and about the checks this result went through.</summary>
/// <param name="Worker">The worker who sent the result.</param>
/// <param name="Group">Results that agree carry the same number; any number, chosen by the caller.</param>
/// <param name="PriorError">The chance that a result of this worker is wrong before this one is looked at, in [0, 1]; see <see cref="Reputation.ReputationSnapshot.ErrorMean"/>.</param>
/// <param name="ChecksPassed">How many checks of this result came back clean, 0 or more.</param>
/// <param name="DetectionPower">A lower bound on the chance that one check fails when the result is wrong, in [0, 1].</param>
/// <param name="FalseAlarmRate">The chance that one check fails although the result is right, in [0, 1).</param>
/// <remarks>
/// Immutable and safe to share. Checks of one result are taken as independent given whether it is right: a check that would look at the same
/// spot again is the same check and counts once. The ranges are enforced where the value is used.
/// </remarks>
public readonly record struct CandidateResult(
    WorkerId Worker,
    int Group,
    double PriorError,
    int ChecksPassed = 0,
    double DetectionPower = 0,
    double FalseAlarmRate = 0)
{
    /// <summary>Gets how many checks of this result failed, 0 or more.</summary>
    public int ChecksFailed { get; init; }

    /// <summary>Gets who runs the worker, or null where the worker stands for itself. Agreeing results of one operator count as one vote.</summary>
    public string? Entity { get; init; }
}
