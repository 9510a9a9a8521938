using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What the answers to a question with a number come to, and what that is worth.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record NumericDecision
{
    /// <summary>Gets the answer; NaN where no vote counted.</summary>
    public required double Value { get; init; }

    /// <summary>Gets what the answer promises.</summary>
    public required ConsensusPromise Promise { get; init; }

    /// <summary>Gets the lower end of the range in which the median of the honest answers alone lies, as long as the promise holds; NaN without a promise.</summary>
    public required double HonestMedianLower { get; init; }

    /// <summary>Gets the upper end of that range; NaN without a promise.</summary>
    public required double HonestMedianUpper { get; init; }

    /// <summary>Gets how many voters counted: operators, not workers.</summary>
    public required int Voters { get; init; }

    /// <summary>Gets how many voters, whichever they are, may lie before the promise breaks.</summary>
    public required int ToleratedLiars { get; init; }

    /// <summary>Gets the workers whose answers lie far from the median, in id order. Not proof: an honest worker may be alone in being right.</summary>
    public required IReadOnlyList<WorkerId> Outliers { get; init; }

    /// <summary>Gets the workers whose answers were set aside (not finite, or of no weight), in id order.</summary>
    public required IReadOnlyList<WorkerId> SetAside { get; init; }

    /// <summary>Gets the evidence.</summary>
    public required Evidence Evidence { get; init; }
}
