namespace Vouch.Optimizer.Routing;

/// <summary>How an endpoint stands.</summary>
/// <param name="Endpoint">Its identifier.</param>
/// <param name="ConsecutiveFailures">Its failures since the last success.</param>
/// <param name="BlockedFor">How long no further call is made; zero where one may be.</param>
/// <param name="IsSuspect">Whether the monitor found it worse than predicted.</param>
public sealed record EndpointStatus(string Endpoint, int ConsecutiveFailures, TimeSpan BlockedFor, bool IsSuspect);
