using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Decisions;

/// <summary>What a decision knew of its request; the prompt itself is not kept.</summary>
/// <param name="PromptCharacters">The length of the prompt.</param>
/// <param name="InputTokens">The expected input tokens.</param>
/// <param name="MaxInputTokens">The most input tokens.</param>
/// <param name="MaxOutputTokens">The most output tokens asked for, 0 where the endpoint's own limit holds.</param>
/// <param name="Capabilities">What the endpoint must be able to do.</param>
/// <param name="Constraints">Who may see it, and where.</param>
/// <param name="Tenant">Whose budget pays.</param>
/// <param name="MaxCost">The most the request may cost.</param>
/// <param name="AllowsCascades">Whether the caller can ask two endpoints and compare their answers.</param>
public sealed record RequestRecord(
    int PromptCharacters,
    long InputTokens,
    long MaxInputTokens,
    int MaxOutputTokens,
    EndpointCapabilities Capabilities,
    RouteConstraints? Constraints,
    string? Tenant,
    NanoUsd MaxCost,
    bool AllowsCascades = false);
