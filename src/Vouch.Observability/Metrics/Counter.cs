using System.Runtime.InteropServices;

namespace Vouch.Observability.Metrics;

/// <summary>A sum that only grows.</summary>
/// <remarks>Safe for concurrent use. Whole steps are added exactly up to 2^63; steps with fractions as floating-point numbers.</remarks>
public sealed class Counter : MetricSeries
{
    private readonly Striped<Cell> _cells = new();
    private double _observed;

    internal Counter(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow)
        : base(family, tags, hash, isOverflow)
    {
    }

    /// <summary>Gets the sum of all whole steps.</summary>
    public long WholeValue
    {
        get
        {
            long sum = 0;
            foreach (Cell cell in _cells.Cells)
            {
                sum += Volatile.Read(ref cell.Sums.Whole);
            }

            return sum;
        }
    }

    /// <summary>Gets the sum of all steps.</summary>
    public double Value
    {
        get
        {
            double sum = Volatile.Read(ref _observed);
            foreach (Cell cell in _cells.Cells)
            {
                sum += Volatile.Read(ref cell.Sums.Whole) + Volatile.Read(ref cell.Sums.Real);
            }

            return sum;
        }
    }

    /// <summary>Adds a whole step.</summary>
    /// <param name="step">How much, 0 or more. A negative step is left out: a counter only grows.</param>
    public void Add(long step = 1)
    {
        if (step < 0)
        {
            return;
        }

        int slot = WriterSlot.Current;
        Cell cell = _cells.Of(slot);
        if (slot != WriterSlot.Shared)
        {
            // Only this thread writes here.
            Volatile.Write(ref cell.Sums.Whole, cell.Sums.Whole + step);
        }
        else
        {
            Interlocked.Add(ref cell.Sums.Whole, step);
        }
    }

    /// <summary>Adds a step.</summary>
    /// <param name="step">How much, 0 or more. A negative, infinite or NaN step is left out: a counter only grows.</param>
    public void Add(double step)
    {
        if (!(step >= 0 && step <= double.MaxValue))
        {
            return;
        }

        int slot = WriterSlot.Current;
        Cell cell = _cells.Of(slot);
        if (slot != WriterSlot.Shared)
        {
            Volatile.Write(ref cell.Sums.Real, cell.Sums.Real + step);
        }
        else
        {
            lock (cell)
            {
                Volatile.Write(ref cell.Sums.Real, cell.Sums.Real + step);
            }
        }
    }

    /// <summary>Takes the total that someone else keeps.</summary>
    internal void Observe(double total)
    {
        if (double.IsFinite(total))
        {
            Volatile.Write(ref _observed, total);
        }
    }

    internal override MetricPoint Read() => new(this, Value, null, 0);

    private sealed class Cell
    {
        public Pair Sums;
    }

    // As long as a line of the cache and its neighbour, so that two threads' sums are not on one.
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Pair
    {
        [FieldOffset(0)]
        public long Whole;

        [FieldOffset(8)]
        public double Real;
    }
}
