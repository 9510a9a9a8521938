using Vouch.Core.Models;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Answers;

/// <summary>What the raw answers to one question come to, and what that is worth.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AnswerDecision
{
    /// <summary>Gets the question's number.</summary>
    public required int Item { get; init; }

    /// <summary>Gets the winning answer in its normal form; of kind <see cref="AnswerKind.Empty"/> where nobody answered.</summary>
    public required NormalizedAnswer Answer { get; init; }

    /// <summary>Gets the winning answer as it was given; null where nobody answered.</summary>
    public required string? Text { get; init; }

    /// <summary>Gets the share of the voters' weight that is behind it, in [0, 1]. It is agreement, not a chance of being right.</summary>
    public required double Support { get; init; }

    /// <summary>Gets the chance that it is right, in [0, 1], by the account of a model that was learnt on many questions; null for a single question, whose answers cannot tell.</summary>
    public required double? Confidence { get; init; }

    /// <summary>Gets what holds against voters who lie together.</summary>
    public required ConsensusPromise Promise { get; init; }

    /// <summary>Gets how many voters there are. Several samples of one worker are one, unless the options say otherwise.</summary>
    public required int Voters { get; init; }

    /// <summary>Gets how many samples were set aside because they are empty, or weigh nothing.</summary>
    public required int SetAside { get; init; }

    /// <summary>Gets the groups of answers that say the same, the one with most samples first, then in the order of their normal forms.</summary>
    public required IReadOnlyList<AnswerGroup> Groups { get; init; }

    /// <summary>Gets the evidence. Its sample size counts voters.</summary>
    public required Evidence Evidence { get; init; }
}
