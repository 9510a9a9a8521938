using System.Runtime.InteropServices;
using Vouch.Observability.Traces;

namespace Vouch.Observability.RootCause;

/// <summary>Count, sum and sum of squares of every feature over a set of traces; two sets merge by adding.</summary>
internal sealed class FeatureSums
{
    private readonly Dictionary<FeatureKey, Sums> _sums = [];
    private readonly Dictionary<int, Sums> _calls = [];
    private readonly Dictionary<int, Sums> _unharmed = [];

    public int Traces { get; private set; }

    public IEnumerable<FeatureKey> Keys => _sums.Keys;

    /// <summary>Mean and variance of a feature over the calls it is measured at; no calls give a count of 0.</summary>
    public FeatureLevel this[FeatureKey key]
    {
        get
        {
            bool known = _sums.TryGetValue(key, out Sums sums);

            // Time is summed over the calls of its own variant; the others over all calls of the operation, of which most may have nothing to add.
            Sums of = key.Channel switch
            {
                AccusationChannel.ExclusiveTime => sums,
                AccusationChannel.Errors => _calls.GetValueOrDefault(key.Operation),
                _ => _unharmed.GetValueOrDefault(key.Operation),
            };
            if (of.Calls == 0)
            {
                return default;
            }

            double mean = known ? sums.Sum / of.Calls : 0;
            return new FeatureLevel(mean, known ? Math.Max(0, (sums.Squares / of.Calls) - (mean * mean)) : 0, of.Calls, of.Traces);
        }
    }

    public void Add(SpanTree tree, OperationTable table, double negligible, FeatureScratch scratch)
    {
        Traces++;
        ReadOnlySpan<SpanRecord> spans = tree.Spans;
        scratch.Read(tree, table);
        for (int i = 0; i < spans.Length; i++)
        {
            int operation = scratch.Operations[i];
            CollectionsMarshal.GetValueRefOrAddDefault(_calls, operation, out _).Add(0, Traces);
            int callee = scratch.Callee(tree, i, table);
            double milliseconds = scratch.Exclusive[i].TotalMilliseconds;
            Add(new FeatureKey(AccusationChannel.ExclusiveTime, operation, callee), Math.Log(milliseconds + negligible));
            if (scratch.ErrorBelow[i])
            {
                // What a call does after one it made has failed, it does because of that one.
                continue;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_unharmed, operation, out _).Add(0, Traces);
            Add(new FeatureKey(AccusationChannel.LogLines, operation, -1), spans[i].LogLines);
            if (spans[i].IsError)
            {
                Add(new FeatureKey(AccusationChannel.Errors, operation, -1), 1);
            }

            scratch.CountChildren(tree, i, table);
            foreach ((int child, int count) in scratch.ChildCounts)
            {
                Add(new FeatureKey(AccusationChannel.Structure, operation, child), count);
            }

            int last = scratch.LastCallee(tree, i, table);
            if (last >= 0)
            {
                Add(new FeatureKey(AccusationChannel.Structure, operation, last, IsLast: true), 1);
            }
        }
    }

    public void Add(FeatureSums other)
    {
        Traces += other.Traces;
        foreach ((FeatureKey key, Sums sums) in other._sums)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out _).Add(sums);
        }

        Merge(_calls, other._calls);
        Merge(_unharmed, other._unharmed);
    }

    private static void Merge(Dictionary<int, Sums> into, Dictionary<int, Sums> from)
    {
        foreach ((int operation, Sums sums) in from)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(into, operation, out _).Add(sums);
        }
    }

    private void Add(FeatureKey key, double value) => CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out _).Add(value, Traces);

    private struct Sums
    {
        public double Sum;
        public double Squares;
        public long Calls;
        public long Traces;
        private int _lastTrace;

        public void Add(double value, int trace)
        {
            Sum += value;
            Squares += value * value;
            Calls++;
            Traces += trace != _lastTrace ? 1 : 0;
            _lastTrace = trace;
        }

        public void Add(Sums other)
        {
            Sum += other.Sum;
            Squares += other.Squares;
            Calls += other.Calls;
            Traces += other.Traces;
        }
    }
}
