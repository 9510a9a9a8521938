namespace Vouch.Optimizer.Routing;

/// <summary>How a newcomer stands.</summary>
/// <param name="Endpoint">Its identifier.</param>
/// <param name="Labels">How many of its answers were judged.</param>
/// <param name="MeanScore">Their mean score; NaN without one.</param>
/// <param name="Mirrored">How many calls were mirrored to it.</param>
/// <param name="IsReady">Whether its evidence suffices.</param>
/// <param name="IsPromoted">Whether it takes part in routing.</param>
public sealed record NewcomerStanding(string Endpoint, int Labels, double MeanScore, long Mirrored, bool IsReady, bool IsPromoted);
