using System.ComponentModel.DataAnnotations;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;
using Vouch.Shared;

namespace Vouch.Optimizer.Clients;

/// <summary>The options of a <see cref="RoutingClient"/>.</summary>
public sealed class RoutingClientOptions
{
    /// <summary>Gets or sets how long one try may take until the answer (or the first piece of it) is there.</summary>
    /// <value>10 ms to 1 day. The default is 2 minutes. It should be shorter than the ledger's reservation timeout.</value>
    [TimeSpanRange("00:00:00.01", "1.00:00:00")]
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long a stream may stay silent between two pieces.</summary>
    /// <value>10 ms to 1 day. The default is 1 minute.</value>
    [TimeSpanRange("00:00:00.01", "1.00:00:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the largest answer, or event of a stream, that is read.</summary>
    /// <value>1 KiB to 1 GiB, in bytes. The default is 32 MiB.</value>
    [Range(1 << 10, 1 << 30)]
    public int MaxAnswerBytes { get; set; } = 32 << 20;

    /// <summary>Gets or sets how an endpoint's key is found, asked before each try; null (the default) for endpoints without keys.</summary>
    /// <remarks>The key goes into the <c>Authorization</c> header and nowhere else.</remarks>
    public Func<Endpoint, string?>? KeyOf { get; set; }

    /// <summary>Gets or sets how exceptions of the host's own handlers count, such as one that says that a limiter let nothing out; null, or null returned, for an interrupted call that is charged in full.</summary>
    public Func<Exception, CallFailure?>? FailureOf { get; set; }
}
