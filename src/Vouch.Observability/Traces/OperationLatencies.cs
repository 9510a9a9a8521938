using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Traces;

/// <summary>Latency percentiles of every operation over any number of traces: of the durations of its calls and of the time they worked themselves.</summary>
/// <remarks>
/// Quantiles are those of <see cref="QuantileSketch"/>: within 0.78 %, and exact to merge. Memory: two sketches per operation, some 5 kB, up to a limit of operations; what is beyond counts together as
/// <see cref="Other"/>. Spans that lay wholly outside their parent take no part. Safe to share; adding a trace costs O(n log n) in its spans and takes a lock for O(n).
/// </remarks>
public sealed class OperationLatencies
{
    /// <summary>What stands for the operations beyond the limit.</summary>
    public static readonly Operation Other = new("(other)", "(other)");

    private readonly Lock _lock = new();
    private readonly Dictionary<Operation, Entry> _entries = [];
    private readonly int _maxOperations;
    private TimeSpan[] _exclusive = [];
    private double _carry;

    /// <summary>Initializes an empty collection.</summary>
    /// <param name="maxOperations">How many operations are told apart: a count in [1, 1,000,000].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxOperations"/> is outside its range.</exception>
    public OperationLatencies(int maxOperations = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxOperations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxOperations, 1_000_000);
        _maxOperations = maxOperations;
    }

    /// <summary>Adds the calls of a trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="weight">How many traces it stands for, such as <see cref="Sampling.SampledTrace{T}.Weight"/>: finite, 0 or more. Fractions are carried from one trace to the next.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trace"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is negative, infinite or no number.</exception>
    public void Add(SpanTree trace, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A trace stands for a finite number of traces, 0 or more.");
        }

        lock (_lock)
        {
            // Rounding each weight by itself would lose or add the same share every time.
            double exact = weight + _carry;
            long count = (long)Math.Min(Math.Floor(exact + 1e-9), 1L << 40);
            _carry = exact - count is var rest and >= 0 and < 1 ? rest : 0;
            if (count > 0)
            {
                Add(trace, count);
            }
        }
    }

    /// <summary>Adds all that another collection holds.</summary>
    /// <param name="other">The other collection, which stays as it is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void Merge(OperationLatencies other)
    {
        ArgumentNullException.ThrowIfNull(other);
        IReadOnlyList<OperationLatency> read = other.Read();
        lock (_lock)
        {
            foreach (OperationLatency one in read)
            {
                Entry entry = Find(one.Operation);
                entry.Failed += one.Failed;
                entry.TotalExclusive += one.TotalExclusive;
                entry.Durations.Merge(one.Durations);
                entry.Exclusive.Merge(one.ExclusiveTimes);
            }
        }
    }

    /// <summary>Reads one operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>A copy of what is known, or null where no call of it was seen or it is beyond the limit.</returns>
    public OperationLatency? Read(Operation operation)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(operation, out Entry? entry) ? entry.Read(operation) : null;
        }
    }

    /// <summary>Reads all operations.</summary>
    /// <returns>Copies, the one that worked longest in all first.</returns>
    public IReadOnlyList<OperationLatency> Read()
    {
        lock (_lock)
        {
            return [.. _entries.Select(entry => entry.Value.Read(entry.Key))
                .OrderByDescending(entry => entry.TotalExclusive).ThenBy(entry => entry.Operation.Service, StringComparer.Ordinal).ThenBy(entry => entry.Operation.Name, StringComparer.Ordinal)];
        }
    }

    private void Add(SpanTree trace, long count)
    {
        ReadOnlySpan<SpanRecord> spans = trace.Spans;
        if (_exclusive.Length < spans.Length)
        {
            _exclusive = new TimeSpan[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)spans.Length)];
        }

        trace.ExclusiveTimes(_exclusive);
        for (int span = 0; span < spans.Length; span++)
        {
            if (trace.IsInside(span))
            {
                Entry entry = Find(trace.OperationOf(span));
                entry.Failed += spans[span].IsError ? count : 0;
                entry.TotalExclusive += _exclusive[span] * count;
                entry.Durations.Add(trace.Length(span).TotalSeconds, count);
                entry.Exclusive.Add(_exclusive[span].TotalSeconds, count);
            }
        }
    }

    private Entry Find(Operation operation)
    {
        if (_entries.TryGetValue(operation, out Entry? entry))
        {
            return entry;
        }

        if (_entries.Count >= _maxOperations)
        {
            operation = Other;
            if (_entries.TryGetValue(operation, out entry))
            {
                return entry;
            }
        }

        _entries.Add(operation, entry = new Entry());
        return entry;
    }

    private sealed class Entry
    {
        public long Failed { get; set; }

        public TimeSpan TotalExclusive { get; set; }

        public QuantileSketch Durations { get; } = new();

        public QuantileSketch Exclusive { get; } = new();

        public OperationLatency Read(Operation operation) => new(operation, Durations.Count, Failed, TotalExclusive, Durations.Copy(), Exclusive.Copy());
    }
}
