using System.Text.Json.Serialization;

namespace Vouch.Execution.Journal;

/// <summary>One entry of the audit log, which is the journal: what is needed to go on after a crash, and to prove afterwards what was decided.</summary>
internal sealed record JournalEntry
{
    public const string JobKind = "job";
    public const string AcceptedKind = "accepted";
    public const string ObservedKind = "observed";
    public const string SuspendedKind = "suspended";
    public const string EndedKind = "ended";

    /// <summary>The commitment to the seed of the lot, in hexadecimal digits, before the first draw.</summary>
    public const string CommittedKind = "committed";

    /// <summary>The seed, once nothing is drawn any more.</summary>
    public const string RevealedKind = "revealed";

    /// <summary>What the wrong results caught so far stand for.</summary>
    public const string ChargedKind = "charged";

    public required string Kind { get; init; }

    /// <summary>The job, in the first entry.</summary>
    public string? Job { get; init; }

    /// <summary>The policy digest, in the first entry.</summary>
    public string? Policy { get; init; }

    public string? Unit { get; init; }

    public string? Worker { get; init; }

    public string[]? Supporters { get; init; }

    public double? Error { get; init; }

    public int? Checks { get; init; }

    public double? UnitCost { get; init; }

    /// <summary>What the job had cost: accepted, replicas, rejected, checks.</summary>
    public double[]? JobCost { get; init; }

    public string[]? Reasons { get; init; }

    /// <summary>Where the accepted result stands in the result file.</summary>
    public long? Offset { get; init; }

    public int? Length { get; init; }

    /// <summary>The SHA-256 of the accepted result, in hexadecimal digits.</summary>
    public string? Hash { get; init; }

    public bool? Correct { get; init; }

    public double? Weight { get; init; }

    public string? Reason { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
