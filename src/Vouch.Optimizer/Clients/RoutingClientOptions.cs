using System.ComponentModel.DataAnnotations;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
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

    /// <summary>Gets or sets how the replies of a cascade's two cheap endpoints are compared, such as <see cref="FinalAnswerAgreement"/> or a host's own consensus; null (the default) for no cascades.</summary>
    /// <remarks>Only whole answers to plain questions are put through a cascade: a stream's first piece would have to wait for two whole answers, and tool calls have no final answer.</remarks>
    public IAnswerAgreement? Agreement { get; set; }

    /// <summary>Gets or sets who judges newcomers' answers to mirrored requests; null (the default) for nobody, and then nothing is mirrored.</summary>
    /// <remarks>
    /// It returns a score in [0, 1], or null where the quality is not known yet and <see cref="Router.Audit(in ShadowAnswer, double)"/> will tell it later. It runs in the background; what it throws is
    /// taken for null. How much is mirrored say <see cref="RouterOptions.Shadow"/>. Only whole answers are mirrored.
    /// </remarks>
    public Func<ShadowReply, ValueTask<double?>>? JudgeShadow { get; set; }

    /// <summary>Gets or sets how many mirrored calls may be under way at once; above that requests are not mirrored.</summary>
    /// <value>1 to 1,000. The default is 8.</value>
    [Range(1, 1_000)]
    public int MaxShadowCalls { get; set; } = 8;

    /// <summary>Gets or sets how exceptions of the host's own handlers count, such as one that says that a limiter let nothing out; null, or null returned, for an interrupted call that is charged in full.</summary>
    public Func<Exception, CallFailure?>? FailureOf { get; set; }
}
