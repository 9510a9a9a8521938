namespace Vouch.Caching.Tags;

/// <summary>Instants for values and for removals by tag, all different and in order, so that each value is told apart as made before or after a removal.</summary>
/// <remarks>The timestamp of the cache's clock, or one more than the last instant where the clock has not moved on. Thread-safe.</remarks>
internal sealed class TagClock(TimeProvider time)
{
    private long _last = long.MinValue;

    /// <summary>The last instant handed out.</summary>
    public long Last => Volatile.Read(ref _last);

    public long Next()
    {
        long now = time.GetTimestamp();
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
