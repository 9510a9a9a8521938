namespace Vouch.Observability.Slo;

/// <summary>What a window of whole slots held.</summary>
/// <param name="Length">The window's length.</param>
/// <param name="Total">All events.</param>
/// <param name="Bad">The bad ones.</param>
/// <param name="BurnRate">The share of bad events divided by the budget; 0 without events, infinite where there is no budget and something bad.</param>
public readonly record struct WindowReading(TimeSpan Length, long Total, long Bad, double BurnRate);
