namespace Vouch.Resilience.Concurrency;

/// <summary>How an <see cref="AdaptiveLimit"/> moves. Durations in ticks.</summary>
internal sealed record ConcurrencyRule(double Initial, double Min, double Max, double Tolerance)
{
    /// <summary>The share of late attempts from which on a back end counts as overloaded, whatever the latency of the others.</summary>
    public const double LateShare = 0.1;

    /// <summary>The share of late attempts that means collapse: the limit halves and starts slowly again.</summary>
    public const double CollapseShare = 0.5;

    public const int WindowSamples = 40;
    public const long WindowTicks = TimeSpan.TicksPerSecond / 10;
}
