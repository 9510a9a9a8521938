using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.Replay;

/// <summary>How much a replay store remembers and for how long.</summary>
public sealed class ReplayStoreOptions
{
    /// <summary>Gets or sets how long a request is remembered after it was signed: at least as long as verifiers accept a signature, or requests are refused as too old that a verifier would take.</summary>
    /// <value>A duration in [1 second, 8 days]. The default is 10 minutes.</value>
    [TimeSpanRange("00:00:01", "8.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how far in the future a request may claim to be signed.</summary>
    /// <value>A duration in [0, 1 day]. The default is 5 minutes.</value>
    [TimeSpanRange("00:00:00", "1.00:00:00")]
    public TimeSpan MaxSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how many requests are remembered at once, at about 50 bytes each. When they are all needed, new requests are refused.</summary>
    /// <value>A count in [16, 100000000]. The default is 1,000,000.</value>
    [Range(16, 100_000_000)]
    public int Capacity { get; set; } = 1_000_000;

    /// <summary>Gets or sets the file in which accepted requests are kept, so that a restart refuses them too. One process at a time has it open.</summary>
    /// <value>A path whose folder exists; null, the default, for memory only.</value>
    public string? JournalPath { get; set; }

    /// <summary>Gets or sets whether each accepted request is on the disk itself before it counts. Without it what was accepted survives the end of the process, but not a loss of power.</summary>
    /// <value>The default is false. True costs a write to the disk per request.</value>
    public bool FlushToDisk { get; set; }
}

[OptionsValidator]
internal sealed partial class ReplayStoreOptionsValidator : IValidateOptions<ReplayStoreOptions>;
