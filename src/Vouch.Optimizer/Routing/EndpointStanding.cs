namespace Vouch.Optimizer.Routing;

/// <summary>What a survey found of an endpoint.</summary>
/// <param name="Endpoint">Its identifier.</param>
/// <param name="MeanSuccess">The expected quality, mean over the prompts.</param>
/// <param name="MeanCostUsd">The expected cost, mean over the prompts, in dollars.</param>
/// <param name="UndominatedShare">The share of prompts on which no other endpoint is expected to be as good or better at less or equal cost.</param>
/// <param name="DominatedBy">The identifier of an endpoint that is, on average, as good or better at less or equal cost; null where there is none.</param>
public sealed record EndpointStanding(string Endpoint, double MeanSuccess, double MeanCostUsd, double UndominatedShare, string? DominatedBy);
