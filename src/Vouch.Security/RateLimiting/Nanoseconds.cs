namespace Vouch.Security.RateLimiting;

/// <summary>Between the nanoseconds that limiters count in and the 100 ns of <see cref="TimeSpan"/>.</summary>
internal static class Nanoseconds
{
    /// <summary>The latest time that can be given: 140 years after the origin, so that adding any quota's tolerance stays within 64 bits.</summary>
    private const long MaxTicks = 140L * 365 * TimeSpan.TicksPerDay;

    public static long From(TimeSpan now)
    {
        if ((ulong)now.Ticks > MaxTicks)
        {
            Throw(now);
        }

        return now.Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Rounded up: a wait that is told is never too short.</summary>
    public static TimeSpan ToTimeSpan(long nanoseconds) =>
        nanoseconds <= 0 ? TimeSpan.Zero : new TimeSpan((nanoseconds + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);

    private static void Throw(TimeSpan now) =>
        throw new ArgumentOutOfRangeException(nameof(now), now, "A time is zero to 140 years after a fixed origin.");
}
