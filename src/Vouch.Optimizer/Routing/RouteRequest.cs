using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;

namespace Vouch.Optimizer.Routing;

/// <summary>A query to be routed and the laws that hold for it.</summary>
public readonly ref struct RouteRequest
{
    /// <summary>Initializes a request.</summary>
    /// <param name="prompt">The text that quality and length are predicted from. It is read during the call and not kept.</param>
    public RouteRequest(ReadOnlySpan<char> prompt) => Prompt = prompt;

    /// <summary>Gets the text that quality and length are predicted from.</summary>
    public ReadOnlySpan<char> Prompt { get; }

    /// <summary>Gets the expected number of input tokens.</summary>
    /// <value>0 or more; null for an estimate, a quarter of the characters rounded up.</value>
    public int? InputTokens { get; init; }

    /// <summary>Gets the most input tokens the query can have: what is set aside is counted with it.</summary>
    /// <value>0 or more; null for <see cref="InputTokens"/> where given, else a bound that no byte-level tokenizer exceeds: the bytes of the prompt in UTF-8 and 64 for the message around it.</value>
    public int? MaxInputTokens { get; init; }

    /// <summary>Gets the most output tokens, hidden reasoning included, that the call will be made with.</summary>
    /// <value>1 or more; null for each endpoint's own limit. The caller must send the limit that <see cref="RoutedCall.MaxOutputTokens"/> tells.</value>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets what the endpoint must be able to do.</summary>
    public EndpointCapabilities Capabilities { get; init; }

    /// <summary>Gets who may see the query, and where; null for no rule beyond the router's own.</summary>
    public RouteConstraints? Constraints { get; init; }

    /// <summary>Gets whose budget pays; null for <see cref="BudgetLedger.DefaultTenant"/>.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets whether the caller can ask two endpoints at once and compare their answers, so that a cascade may be chosen on the first try; else the choice is one endpoint.</summary>
    public bool AllowsCascades { get; init; }

    /// <summary>Gets the most the request may cost, fallbacks and retries included; null for the ledger's own cap alone.</summary>
    public NanoUsd? MaxCost { get; init; }
}
