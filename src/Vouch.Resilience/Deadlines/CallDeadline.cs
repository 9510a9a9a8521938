using Polly;

namespace Vouch.Resilience.Deadlines;

/// <summary>A call's deadline on its way inward, and its last real failure on the way back.</summary>
internal sealed class CallDeadline
{
    public static readonly ResiliencePropertyKey<CallDeadline?> Property = new("vouch.deadline");

    public long Time { get; set; }

    /// <summary>What the last attempt failed with, before there was no time for another one.</summary>
    public Exception? LastFailure { get; set; }
}
