namespace Vouch.Optimizer.Routing;

/// <summary>What has to be kept of a newcomer's answer to learn from its quality later, however late.</summary>
/// <param name="DecisionId">The decision whose request was mirrored.</param>
/// <param name="Endpoint">The newcomer's identifier.</param>
/// <param name="KnownSuccess">The mean chance of success that was predicted of the known endpoints: how easy the request looked.</param>
/// <param name="KnownTokens">The mean output tokens that were predicted of the known endpoints.</param>
/// <param name="OutputTokens">The output tokens that the newcomer was billed for; null where it did not tell.</param>
public readonly record struct ShadowAnswer(long DecisionId, string Endpoint, double KnownSuccess, double KnownTokens, long? OutputTokens);
