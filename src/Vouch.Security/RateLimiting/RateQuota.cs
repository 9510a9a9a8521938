namespace Vouch.Security.RateLimiting;

/// <summary>How much a key may use: so many permits a period, and so many at once.</summary>
/// <remarks>
/// Immutable and safe to share. Kept as GCRA's two numbers: the emission interval (<see cref="Period"/> / <see cref="Permits"/>, rounded up to whole nanoseconds, so that a limiter
/// never grants more than was asked for) and the burst. Source: ITU-T Recommendation I.371 (generic cell rate algorithm, virtual scheduling form).
/// </remarks>
public readonly record struct RateQuota
{
    private const long MaxTolerance = 10L * 366 * 24 * 3_600 * 1_000_000_000;

    /// <summary>Initializes a quota.</summary>
    /// <param name="permits">The permits that come back in a period, in [1, 1000000000].</param>
    /// <param name="period">The period, above zero; a permit must take from 1 ns to 10 years to come back.</param>
    /// <param name="burst">The permits that may be taken at once from a full bucket, in [1, 1000000000]; null for as many as <paramref name="permits"/>. A full bucket must fill in at most 10 years.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RateQuota(int permits, TimeSpan period, int? burst = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, 1_000_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        int capacity = burst ?? permits;
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1, nameof(burst));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1_000_000_000, nameof(burst));
        Int128 interval = (((Int128)period.Ticks * TimeSpan.NanosecondsPerTick) + permits - 1) / permits;
        if (interval * capacity > MaxTolerance)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "An empty bucket must be full again after at most 10 years: ask for a shorter period or a smaller burst.");
        }

        Permits = permits;
        Period = period;
        Burst = capacity;
        IntervalNanoseconds = (long)interval;
        ToleranceNanoseconds = IntervalNanoseconds * capacity;
    }

    /// <summary>Gets the permits that come back in a <see cref="Period"/>.</summary>
    /// <value>A count in [1, 1000000000]; 0 only in the default value, which no limiter takes.</value>
    public int Permits { get; }

    /// <summary>Gets the period.</summary>
    public TimeSpan Period { get; }

    /// <summary>Gets the permits that may be taken at once from a full bucket.</summary>
    /// <value>A count in [1, 1000000000].</value>
    public int Burst { get; }

    /// <summary>Gets how long an empty bucket takes to be full again, rounded up to 100 ns.</summary>
    public TimeSpan FillTime => Nanoseconds.ToTimeSpan(ToleranceNanoseconds);

    internal long IntervalNanoseconds { get; }

    internal long ToleranceNanoseconds { get; }

    /// <summary>Makes a quota of so many permits a second.</summary>
    /// <param name="permits">The permits, in [1, 1000000000].</param>
    /// <param name="burst">The permits that may be taken at once, in [1, 1000000000]; null for <paramref name="permits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static RateQuota PerSecond(int permits, int? burst = null) => new(permits, TimeSpan.FromSeconds(1), burst);

    /// <summary>Makes a quota of so many permits a minute.</summary>
    /// <param name="permits">The permits, in [1, 1000000000].</param>
    /// <param name="burst">The permits that may be taken at once, in [1, 1000000000]; null for <paramref name="permits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static RateQuota PerMinute(int permits, int? burst = null) => new(permits, TimeSpan.FromMinutes(1), burst);

    /// <summary>Makes a quota from GCRA's own numbers.</summary>
    /// <param name="interval">How long one permit takes to come back, above zero.</param>
    /// <param name="burst">The permits that may be taken at once, in [1, 1000000000].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static RateQuota FromInterval(TimeSpan interval, int burst) => new(1, interval, burst);

    internal RateQuota Required(string name) =>
        Burst > 0 ? this : throw new ArgumentOutOfRangeException(name, "A quota needs permits, a period and a burst: the default value has none.");
}
