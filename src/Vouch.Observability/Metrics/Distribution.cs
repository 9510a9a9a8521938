using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vouch.Observability.Slo;
using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Metrics;

/// <summary>Values, of which any quantile can be asked to within 0.78 %.</summary>
/// <remarks>Safe for concurrent use. Every thread that records has a sketch of its own; reading merges them, exactly.</remarks>
public abstract class Distribution : MetricSeries
{
    private readonly Striped<Cell> _cells = new();
    private readonly Lock _feeding = new();
    private Listener[]? _feeds;

    // The cells by WriterSlot.Known, of threads that have one to themselves and while nobody listens: whoever finds a cell here writes to it alone.
    private Cell?[] _own = [];

    private protected Distribution(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow)
        : base(family, tags, hash, isOverflow)
    {
    }

    /// <summary>Gets the sum of the finite values recorded.</summary>
    public double Sum
    {
        get
        {
            double sum = 0;
            foreach (Cell cell in _cells.Cells)
            {
                sum += Volatile.Read(ref cell.Values.Sum);
            }

            return sum;
        }
    }

    /// <summary>Records a value.</summary>
    /// <param name="value">Any number; NaN is counted aside and takes no part in quantiles.</param>
    /// <remarks>About 6 ns and no allocation once the thread has recorded here before and the values span no further power of two.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(double value)
    {
        Cell?[] own = _own;
        int known = WriterSlot.Known;
        if ((uint)known < (uint)own.Length && own[known] is { } cell)
        {
            cell.Add(value);
        }
        else
        {
            RecordSlowly(value);
        }
    }

    /// <summary>Gives the sketch of all values recorded so far.</summary>
    public QuantileSketch ToSketch()
    {
        var sketch = new QuantileSketch();
        foreach (Cell cell in _cells.Cells)
        {
            sketch.Merge(cell.Sketch);
        }

        return sketch;
    }

    /// <summary>From now on also counts every value for an objective, by its threshold.</summary>
    /// <param name="tracker">The objective.</param>
    /// <exception cref="ArgumentException">The objective has no threshold, or this metric's unit measures something else than the threshold's.</exception>
    /// <remarks>Values are converted from this metric's unit into the threshold's; where one of them states no unit they are taken to be the same.</remarks>
    public void Feed(SloTracker tracker)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        double factor = tracker.FactorFor(Name, Unit);
        lock (_feeding)
        {
            Volatile.Write(ref _feeds, [.. _feeds ?? [], new Listener(tracker, factor)]);
            Volatile.Write(ref _own, []);
        }
    }

    internal override MetricPoint Read() => new(this, double.NaN, ToSketch(), Sum);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RecordSlowly(double value)
    {
        int slot = WriterSlot.Current;
        Cell cell = _cells.Of(slot);
        if (slot != WriterSlot.Shared)
        {
            cell.Add(value);
            Remember(WriterSlot.Known, cell);
        }
        else
        {
            lock (cell)
            {
                cell.Add(value);
            }
        }

        if (_feeds is { } feeds)
        {
            foreach (Listener feed in feeds)
            {
                feed.Tracker.Record(Units.Convert(value, feed.Factor));
            }
        }
    }

    // The next time this thread finds its cell at once. Where somebody listens nothing is remembered: every value goes the long way.
    private void Remember(int known, Cell cell)
    {
        if (_feeds is not null)
        {
            return;
        }

        lock (_feeding)
        {
            if (_feeds is null)
            {
                Cell?[] own = _own;
                if (known >= own.Length)
                {
                    Array.Resize(ref own, known + 1);
                }

                Volatile.Write(ref own[known], cell);
                Volatile.Write(ref _own, own);
            }
        }
    }

    private readonly record struct Listener(SloTracker Tracker, double Factor);

    private sealed class Cell
    {
        public readonly QuantileSketch Sketch = new();
        public Padded Values;

        // By one thread at a time. Small, so that it becomes part of its caller.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(double value)
        {
            Sketch.Add(value);
            if (double.IsFinite(value))
            {
                Volatile.Write(ref Values.Sum, Values.Sum + value);
            }
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Padded
    {
        [FieldOffset(0)]
        public double Sum;
    }
}
