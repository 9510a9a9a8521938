namespace Vouch.Resilience.Breakers;

/// <summary>What a worker's circuit breaker does with calls.</summary>
public enum BreakerState
{
    /// <summary>Calls pass.</summary>
    Closed = 0,

    /// <summary>The worker failed too often: calls are refused until the break is over. The first call after it becomes the probe.</summary>
    Open,

    /// <summary>The break is over and one probe is under way; other calls are refused until it is done.</summary>
    HalfOpen,

    /// <summary>Someone took the worker out by hand: calls are refused until it is closed by hand.</summary>
    Isolated,
}
