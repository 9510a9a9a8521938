using Vouch.Core.Models;

namespace Vouch.TrustEngine.Answers;

/// <summary>Answers to one question that say the same.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AnswerGroup
{
    /// <summary>Gets what they say. Within a tolerance: the median of them.</summary>
    public required NormalizedAnswer Answer { get; init; }

    /// <summary>Gets the raw text of it that was given most often; of several the shortest, then the first in ordinal order.</summary>
    public required string Text { get; init; }

    /// <summary>Gets how many samples say it.</summary>
    public required int Samples { get; init; }

    /// <summary>Gets who says it, in id order. A worker whose samples differ is in several groups.</summary>
    public required IReadOnlyList<WorkerId> Workers { get; init; }
}
