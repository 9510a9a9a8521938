using Microsoft.Extensions.AI;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.AI;

/// <summary>The options of a <see cref="RoutingChatClient"/>.</summary>
public sealed class RoutingChatClientOptions
{
    /// <summary>Gets or sets who may see queries, and where; null (the default) for no rule beyond the router's own.</summary>
    public RouteConstraints? Constraints { get; set; }

    /// <summary>Gets or sets whose budget pays; null (the default) for the default tenant.</summary>
    public string? Tenant { get; set; }

    /// <summary>Gets or sets the most a request may cost, in dollars; null (the default) for the ledger's own cap alone.</summary>
    /// <value>0 to 9,000,000,000.</value>
    public decimal? MaxRequestUsd { get; set; }

    /// <summary>Gets or sets how the replies of a cascade's two cheap endpoints are compared, such as <see cref="FinalAnswerAgreement"/> or a host's own consensus; null (the default) for no cascades.</summary>
    /// <remarks>Only whole answers without tools are put through a cascade.</remarks>
    public IAnswerAgreement? Agreement { get; set; }

    /// <summary>Gets or sets how exceptions of the inner clients count; null, or null returned, for the usual reading.</summary>
    /// <remarks>
    /// The usual reading: HTTP statuses as in <see cref="CallFailure"/>, no connection as <see cref="CallFailure.Unavailable"/>, everything else as
    /// <see cref="CallFailure.Interrupted"/>, which is charged in full.
    /// </remarks>
    public Func<Exception, CallFailure?>? FailureOf { get; set; }

    internal NanoUsd? MaxCost => MaxRequestUsd is { } usd ? new NanoUsd((long)(usd * 1_000_000_000m)) : null;
}
