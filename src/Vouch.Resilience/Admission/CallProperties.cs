using Polly;
using Vouch.Core.Models;

namespace Vouch.Resilience.Admission;

/// <summary>What a caller can say about a call, and learn about it, through <see cref="ResilienceContext.Properties"/>.</summary>
public static class CallProperties
{
    /// <summary>The key whose state a keyed strategy uses: a host, a model, a worker. Set by the caller.</summary>
    public static readonly ResiliencePropertyKey<string> Key = new("vouch.key");

    /// <summary>On whose behalf the call is made; waiting calls of different tenants are served in turn. Set by the caller.</summary>
    public static readonly ResiliencePropertyKey<string> Tenant = new("vouch.tenant");

    /// <summary>How much the call matters: no call waits for one of lower priority. Set by the caller.</summary>
    public static readonly ResiliencePropertyKey<Priority> Priority = new("vouch.priority");

    /// <summary>How much time the call has, from when the outermost strategy that knows deadlines sees it. Set by the caller.</summary>
    public static readonly ResiliencePropertyKey<TimeSpan> TimeLeft = new("vouch.time-left");

    /// <summary>The back end that this attempt goes to, of those that the pipeline was given. Read by the callback.</summary>
    public static readonly ResiliencePropertyKey<string> Destination = new("vouch.destination");
}
