using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Metrics;

/// <summary>The distribution of values in a sliding window on monotonic time, and since the start.</summary>
/// <remarks>
/// Recording reads no clock: at the end of every slice the registry keeps a copy of what was recorded until then, and the window is what came since the oldest copy, exactly.
/// </remarks>
public sealed class Summary : Distribution
{
    private readonly MetricRegistry _registry;
    private readonly Lock _gate = new();
    private readonly Queue<(long At, QuantileSketch Until)> _slices = new();

    internal Summary(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow, MetricRegistry registry)
        : base(family, tags, hash, isOverflow)
    {
        _registry = registry;
        _slices.Enqueue((registry.Timestamp(), new QuantileSketch()));
    }

    /// <summary>Gives what was recorded in the window.</summary>
    public SlidingWindow Window()
    {
        lock (_gate)
        {
            long now = _registry.Timestamp();
            Roll(now);
            (long from, QuantileSketch until) = _slices.Peek();
            return new SlidingWindow(_registry.Elapsed(from, now), ToSketch().Since(until));
        }
    }

    /// <summary>Reads a quantile of the window.</summary>
    /// <param name="share">A fraction in [0, 1]: 0.99 for the 99th percentile.</param>
    /// <returns>The estimate with its bounds; NaN where nothing was recorded.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside [0, 1].</exception>
    public QuantileEstimate Quantile(double share) => Window().Values.Quantile(share);

    /// <summary>Ends the slice where its time is up, and forgets copies older than the window.</summary>
    internal void Roll()
    {
        lock (_gate)
        {
            Roll(_registry.Timestamp());
        }
    }

    internal override MetricPoint Read() => new(this, double.NaN, ToSketch(), Sum) { Window = Window() };

    private void Roll(long now)
    {
        if (_registry.Elapsed(_slices.Last().At, now) >= _registry.Slice)
        {
            _slices.Enqueue((now, ToSketch()));
        }

        // The oldest copy is where the window begins: the last one that is at least a window old, if any.
        while (_slices.Count > 1 && _registry.Elapsed(_slices.ElementAt(1).At, now) >= _registry.Window)
        {
            _slices.Dequeue();
        }
    }
}
