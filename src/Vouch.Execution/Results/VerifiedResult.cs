using Vouch.Core.Models;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Results;

/// <summary>A result one can vouch for, with everything the acceptance rests on.</summary>
/// <typeparam name="TResult">What comes back from workers.</typeparam>
/// <remarks>Immutable; safe to share when <typeparamref name="TResult"/> is.</remarks>
public sealed record VerifiedResult<TResult>
{
    /// <summary>Gets the unit.</summary>
    public required WorkUnitId UnitId { get; init; }

    /// <summary>Gets the accepted result.</summary>
    public required TResult Value { get; init; }

    /// <summary>Gets who sent it.</summary>
    public required WorkerId Worker { get; init; }

    /// <summary>Gets everyone whose result agreed with it, the sender first.</summary>
    public required IReadOnlyList<WorkerId> Supporters { get; init; }

    /// <summary>Gets the chance that the result is wrong, given the evidence and the model's stated assumptions.</summary>
    /// <value>A fraction in [0, error budget of the job].</value>
    public required double ErrorProbability { get; init; }

    /// <summary>Gets how many checks it passed.</summary>
    public required int ChecksPassed { get; init; }

    /// <summary>Gets the method, the sample size and the reasons.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Gets what the unit cost: all attempts that delivered, and all checks.</summary>
    public required double Cost { get; init; }

    /// <summary>Gets the index of the acceptance in the audit log.</summary>
    public required long LogIndex { get; init; }

    /// <summary>Gets the head of the audit log that <see cref="InclusionProof"/> leads to.</summary>
    public required TreeHead LogHead { get; init; }

    /// <summary>Gets the proof that the acceptance stands in the audit log.</summary>
    public required InclusionProof InclusionProof { get; init; }

    /// <summary>Gets whether an earlier run of the job accepted it and this run read it back from the journal.</summary>
    public required bool IsRestored { get; init; }
}
