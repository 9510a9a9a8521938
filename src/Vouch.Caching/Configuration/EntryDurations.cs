using Vouch.Caching.Entries;
using Vouch.Caching.Storage;
using Vouch.Caching.Time;

namespace Vouch.Caching.Configuration;

/// <summary>A cache's durations in ms.</summary>
internal sealed class EntryDurations
{
    public readonly long TimeToLive;
    public readonly long Sliding;
    public readonly long MaxLifetime;
    public readonly long StaleWhileRevalidate;
    public readonly long RefreshAhead;
    public readonly long FailSafe;

    /// <summary>How long past its deadline an entry stays in memory.</summary>
    public readonly long Retention;
    public readonly double Jitter;

    public EntryDurations(CacheOptions options)
    {
        TimeToLive = OrNever(options.TimeToLive);
        Sliding = OrNever(options.SlidingTimeToLive);
        MaxLifetime = OrNever(options.MaxLifetime);
        StaleWhileRevalidate = CacheClock.Milliseconds(options.StaleWhileRevalidate);
        RefreshAhead = CacheClock.Milliseconds(options.RefreshAhead);
        FailSafe = CacheClock.Milliseconds(options.FailSafe);
        Retention = Math.Max(StaleWhileRevalidate, FailSafe);
        Jitter = options.Jitter;
    }

    public EntryParts Parts =>
        (Math.Min(TimeToLive, Math.Min(Sliding, MaxLifetime)) < CacheClock.Never ? EntryParts.Deadlines : EntryParts.None)
        | (Sliding < CacheClock.Never ? EntryParts.Sliding | EntryParts.Limits : EntryParts.None);

    /// <summary>The deadlines of an entry that is stored now.</summary>
    /// <param name="terms">Gets them; its <see cref="EntryTerms.Now"/> is set.</param>
    /// <param name="timeToLive">The entry's own, or null.</param>
    /// <param name="sliding">The entry's own, or null.</param>
    /// <param name="maxLifetime">The entry's own, or null.</param>
    /// <param name="random">A number in [0, 1) for the jitter.</param>
    public void Apply(ref EntryTerms terms, TimeSpan? timeToLive, TimeSpan? sliding, TimeSpan? maxLifetime, double random)
    {
        Apply(
            ref terms,
            timeToLive is { } life ? CacheClock.Milliseconds(life) : TimeToLive,
            sliding is { } slide ? CacheClock.Milliseconds(slide) : Sliding,
            maxLifetime is { } most ? CacheClock.Milliseconds(most) : MaxLifetime,
            random);
    }

    /// <summary>The deadlines of an entry that is stored now and asks for nothing of its own.</summary>
    public void Apply(ref EntryTerms terms, double random) => Apply(ref terms, TimeToLive, Sliding, MaxLifetime, random);

    private void Apply(ref EntryTerms terms, long life, long slide, long most, double random)
    {
        if (life < CacheClock.Never && Jitter > 0)
        {
            life = Math.Max(1, life - (long)(life * Jitter * random));
        }

        terms.Limit = CacheClock.Add(terms.Now, Math.Min(life, most));
        terms.Slide = slide >= CacheClock.Never ? 0 : (uint)slide;
        terms.Deadline = Math.Min(terms.Limit, CacheClock.Add(terms.Now, slide));
    }

    /// <summary>Throws where a duration of one entry is out of its range.</summary>
    public static void Require(TimeSpan? timeToLive, TimeSpan? sliding, TimeSpan? maxLifetime, long? weight)
    {
        RequirePositive(timeToLive, nameof(EntryOptions.TimeToLive));
        RequirePositive(sliding, nameof(EntryOptions.SlidingTimeToLive));
        RequirePositive(maxLifetime, nameof(EntryOptions.MaxLifetime));
        if (sliding > TimeSpan.FromDays(49))
        {
            throw new ArgumentOutOfRangeException(nameof(sliding), sliding, "A sliding time to live is at most 49 days, or infinite.");
        }

        if (weight < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "An entry weighs 1 or more.");
        }
    }

    private static void RequirePositive(TimeSpan? duration, string name)
    {
        if (duration < TimeSpan.FromMilliseconds(1) && duration != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, duration, $"{name} is at least 1 ms, or infinite.");
        }
    }

    private static long OrNever(TimeSpan? duration) => duration is { } given ? CacheClock.Milliseconds(given) : CacheClock.Never;
}
