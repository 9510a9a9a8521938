using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What the answers to a question with labels come to, and what that is worth.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record CategoricalDecision
{
    /// <summary>Gets the answer; null where no vote counted. A tie goes to the label first in ordinal order.</summary>
    public required string? Label { get; init; }

    /// <summary>Gets what the answer promises.</summary>
    public required ConsensusPromise Promise { get; init; }

    /// <summary>Gets the answer's share of the weight, in [0, 1].</summary>
    public required double Support { get; init; }

    /// <summary>Gets the share of the weight by which it leads the next label, in [0, 1].</summary>
    public required double Lead { get; init; }

    /// <summary>Gets how many voters counted: operators, not workers.</summary>
    public required int Voters { get; init; }

    /// <summary>Gets how many voters, whichever they are, may lie before the promise breaks.</summary>
    public required int ToleratedLiars { get; init; }

    /// <summary>Gets the workers who gave another answer, in id order.</summary>
    public required IReadOnlyList<WorkerId> Dissenters { get; init; }

    /// <summary>Gets the workers whose answers were set aside (null, or of no weight), in id order.</summary>
    public required IReadOnlyList<WorkerId> SetAside { get; init; }

    /// <summary>Gets the evidence.</summary>
    public required Evidence Evidence { get; init; }
}
