using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>What was known about a worker at one moment.</summary>
/// <remarks>Immutable and safe to share. Also the form in which <see cref="ReputationLedger.Export"/> hands reputations out and <see cref="ReputationLedger.Import"/> takes them back.</remarks>
public sealed record ReputationSnapshot
{
    /// <summary>Gets the worker.</summary>
    public required WorkerId WorkerId { get; init; }

    /// <summary>Gets the faded weight of right results, without the prior; 0 or more.</summary>
    public double Correct { get; init; }

    /// <summary>Gets the faded weight of wrong results, without the prior; 0 or more.</summary>
    public double Wrong { get; init; }

    /// <summary>Gets how many checks the worker passed, never faded.</summary>
    public long Passed { get; init; }

    /// <summary>Gets how many checks the worker failed, never faded.</summary>
    public long Failed { get; init; }

    /// <summary>Gets the weight of the checks passed, never faded.</summary>
    public double PassedWeight { get; init; }

    /// <summary>Gets the weight of the checks failed, never faded.</summary>
    public double FailedWeight { get; init; }

    /// <summary>Gets how many checks the worker passed since its last failure.</summary>
    /// <value>A count in [0, <see cref="Passed"/>].</value>
    public long PassedInARow { get; init; }

    /// <summary>Gets the logarithm of the evidence that the worker turned at some moment; negative infinity before the first check.</summary>
    public double TurnLogEvidence { get; init; } = double.NegativeInfinity;

    /// <summary>Gets whether the worker has yet to pass <see cref="ReputationOptions.ProbationChecks"/> checks in a row.</summary>
    public bool IsOnProbation { get; init; }

    /// <summary>Gets what the worker's word is worth beside others': the belief of subjective logic in its verified record, 0 on probation and while suspended.</summary>
    /// <value>A fraction in [0, 1). Identities of one owner share theirs, see <see cref="ReputationLedger.Weigh"/>.</value>
    public double Weight { get; init; }

    /// <summary>Gets the expected chance that the worker's next result is right, prior included.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double Mean { get; init; }

    /// <summary>Gets the upper credible bound on the worker's error chance, one-sided, at <see cref="ReputationOptions.ErrorConfidence"/>.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double ErrorUpper { get; init; }

    /// <summary>Gets the expected chance that the worker's next result is wrong where workers are either honest or cheats, not shades between the two.</summary>
    /// <value>
    /// A fraction in (0, 1); equal to <see cref="ErrorMean"/> for a newcomer. The honest fail <see cref="ReputationOptions.ToleratedErrorRate"/> of their checks; of a cheat nothing is known but
    /// that it cheats at a constant rate between 0 and 1, all equally likely. Each clean check speaks for honesty, so it falls with the square of their number where
    /// <see cref="ErrorMean"/> falls with the number. It says nothing of a worker that turns: floor it with the chance of that.
    /// </value>
    public double NextError { get; init; }

    /// <summary>Gets whether the worker is suspended.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Gets why the worker is suspended, or null where it is not.</summary>
    public string? SuspensionReason { get; init; }

    /// <summary>Gets the expected chance that the worker's next result is wrong: what <see cref="Acceptance.CandidateResult.PriorError"/> asks for.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double ErrorMean => 1 - Mean;
}
