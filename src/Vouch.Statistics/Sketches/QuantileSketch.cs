using System.Runtime.CompilerServices;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sketches;

/// <summary>Counts values in log-linear buckets and answers any quantile of them to within 1/128 (0.78 %) of the exact one, whatever the values.</summary>
/// <remarks>
/// <para>A bucket is a 64th of the way from one power of two to the next, of either sign, down to subnormal numbers; zeros and infinities are counted by themselves and are exact. NaN has no place in
/// the order: it is counted aside and takes no part in quantiles. The largest and the least value are kept, so both ends are exact too.</para>
/// <para>What a sketch holds depends on the values alone, not on their order: merging is exact, associative and commutative, and a merged sketch is the sketch of all values.</para>
/// <para>Memory: 256 bytes per power of two that the values span, up to 24 of them per sign (a factor of 16 million, 6 kB); values further off take some 24 bytes per bucket in use, and adding them is
/// slower. Both signs full: 12.3 kB.</para>
/// <para>One thread adds or merges into a sketch at a time; any number of others may read it or merge from it meanwhile, and see what was added before they began.</para>
/// <para>The scheme is that of HdrHistogram (G. Tene) over floating-point numbers; the value that stands for a bucket is chosen as in C. Masson, J. E. Rim, H. K. Lee, <i>DDSketch</i>, PVLDB 12 (2019).</para>
/// </remarks>
public sealed partial class QuantileSketch
{
    /// <summary>The largest relative error of a quantile: 1/128.</summary>
    public const double RelativeError = 1.0 / 128;

    private readonly Lock _gate = new();
    private readonly BucketRun _positive = new();
    private BucketRun? _negative;

    // The counts of _positive and their first bucket once more: one step nearer for the thread that adds, which alone uses them.
    private uint[] _hot = [];
    private int _hotFirst;
    private long _zeros;
    private long _notNumbers;
    private long _positiveInfinities;
    private long _negativeInfinities;
    private bool _endsAreBounds;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    /// <summary>Gets how many values were added, NaN not included.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return Ordered();
            }
        }
    }

    /// <summary>Gets how many NaN were added.</summary>
    public long NotANumberCount => Volatile.Read(ref _notNumbers);

    /// <summary>Gets the least value; NaN of an empty sketch.</summary>
    public double Min => _min <= _max ? _min : double.NaN;

    /// <summary>Gets the largest value; NaN of an empty sketch.</summary>
    public double Max => _min <= _max ? _max : double.NaN;

    /// <summary>Gets how many bytes the counts take.</summary>
    public int SizeInBytes
    {
        get
        {
            lock (_gate)
            {
                return _positive.SizeInBytes + (_negative?.SizeInBytes ?? 0);
            }
        }
    }

    /// <summary>Adds a value.</summary>
    /// <param name="value">Any number. NaN is counted aside.</param>
    /// <remarks>Constant time, about 2 ns; allocates only when the values come to span a further power of two.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        // Zeros, negative numbers, infinities and NaN have numbers far outside the run.
        uint[] hot = _hot;
        uint index = (uint)((int)(BitConverter.DoubleToUInt64Bits(value) >> BucketMap.Shift) - _hotFirst);
        if (value < _min || value > _max || index >= (uint)hot.Length || hot[index] == uint.MaxValue)
        {
            AddSlowly(value, 1);
        }
        else
        {
            hot[index]++;
        }
    }

    /// <summary>Adds a value several times.</summary>
    /// <param name="value">Any number. NaN is counted aside.</param>
    /// <param name="count">How many times, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public void Add(double value, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > 0)
        {
            AddSlowly(value, count);
        }
    }

    /// <summary>Adds all values of another sketch, exactly: afterwards this is the sketch of both.</summary>
    /// <param name="other">The other sketch, which stays as it is.</param>
    /// <exception cref="ArgumentException"><paramref name="other"/> is null or this sketch.</exception>
    public void Merge(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
        {
            throw new ArgumentException("A sketch is not merged with itself.", nameof(other));
        }

        // Two threads that merge two sketches crosswise must not wait for each other with a lock in hand: the second lock is only tried.
        bool merged = false;
        lock (_gate)
        {
            if (other._gate.TryEnter())
            {
                try
                {
                    AddAll(other);
                    merged = true;
                }
                finally
                {
                    other._gate.Exit();
                }
            }
        }

        if (!merged)
        {
            var copy = new QuantileSketch();
            lock (other._gate)
            {
                copy.AddAll(other);
            }

            lock (_gate)
            {
                AddAll(copy);
            }
        }
    }

    /// <summary>Reads a quantile: the least value that at least a share of the values do not exceed (type 1 of Hyndman and Fan).</summary>
    /// <param name="share">A fraction in [0, 1]: 0.99 for the 99th percentile; 0 and 1 give the least and the largest value, exactly.</param>
    /// <returns>The estimate with its bounds; NaN where the sketch is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside [0, 1].</exception>
    public QuantileEstimate Quantile(double share)
    {
        Require.Probability(share);
        lock (_gate)
        {
            long count = Ordered();
            if (count == 0)
            {
                return new QuantileEstimate(double.NaN, double.NaN, double.NaN, 0);
            }

            long rank = Math.Min(Rounding.CeilingToLong(share * count), count) - 1;
            if (rank == 0 && !_endsAreBounds)
            {
                return new QuantileEstimate(_min, _min, _min, count);
            }

            return rank == count - 1 && !_endsAreBounds ? new QuantileEstimate(_max, _max, _max, count) : AtRank(rank, count);
        }
    }

    /// <summary>Makes a sketch of the values added so far.</summary>
    public QuantileSketch Copy()
    {
        var copy = new QuantileSketch();
        copy.Merge(this);
        return copy;
    }

    /// <summary>Makes a sketch of the values added since an earlier copy of this sketch, exactly.</summary>
    /// <param name="earlier">A copy of this sketch made before, which nothing was added to since.</param>
    /// <returns>A sketch whose least and largest value are those of its outermost buckets: the exact ones are not known.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="earlier"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="earlier"/> holds values that this sketch does not.</exception>
    public QuantileSketch Since(QuantileSketch earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        QuantileSketch now = Copy();
        QuantileSketch before = earlier.Copy();
        var since = new QuantileSketch
        {
            _zeros = now._zeros - before._zeros,
            _notNumbers = now._notNumbers - before._notNumbers,
            _positiveInfinities = now._positiveInfinities - before._positiveInfinities,
            _negativeInfinities = now._negativeInfinities - before._negativeInfinities,
            _endsAreBounds = true,
        };
        bool fits = since._zeros >= 0 && since._notNumbers >= 0 && since._positiveInfinities >= 0 && since._negativeInfinities >= 0
            && since._positive.AddDifference(now._positive, before._positive)
            && (now._negative is null ? before._negative is null : (since._negative = new BucketRun()).AddDifference(now._negative, before._negative ?? new BucketRun()));
        if (!fits)
        {
            throw new ArgumentException("The earlier sketch holds values that this one does not.", nameof(earlier));
        }

        if (since.Buckets() is [var least, ..] buckets)
        {
            since._min = least.Lower;
            since._max = buckets[^1].Upper;
        }

        since.Refer();

        return since;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _positive.Clear();
            _negative = null;
            (_zeros, _notNumbers, _positiveInfinities, _negativeInfinities) = (0, 0, 0, 0);
            (_min, _max) = (double.PositiveInfinity, double.NegativeInfinity);
            _endsAreBounds = false;
        }
    }

    private void Refer() => (_hot, _hotFirst) = (_positive.Counts, _positive.First);

    private void AddAll(QuantileSketch other)
    {
        _positive.AddAll(other._positive);
        Refer();
        if (other._negative is { } negative)
        {
            (_negative ??= new BucketRun()).AddAll(negative);
        }

        _zeros += other._zeros;
        _notNumbers += other._notNumbers;
        _positiveInfinities += other._positiveInfinities;
        _negativeInfinities += other._negativeInfinities;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        _endsAreBounds |= other._endsAreBounds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddSlowly(double value, long count)
    {
        if (double.IsNaN(value))
        {
            Volatile.Write(ref _notNumbers, _notNumbers + count);
            return;
        }

        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        if (value == 0)
        {
            Volatile.Write(ref _zeros, _zeros + count);
        }
        else if (double.IsInfinity(value))
        {
            ref long infinities = ref value > 0 ? ref _positiveInfinities : ref _negativeInfinities;
            Volatile.Write(ref infinities, infinities + count);
        }
        else
        {
            int bucket = BucketMap.Of(Math.Abs(value));
            BucketRun? run = value > 0 ? _positive : _negative;
            if (count != 1 || run is null || !run.TryIncrement(bucket))
            {
                lock (_gate)
                {
                    (value > 0 ? _positive : _negative ??= new BucketRun()).Add(bucket, count);
                    Refer();
                }
            }
        }
    }

    // Under the lock.
    private long Ordered() => _negativeInfinities + (_negative?.Total() ?? 0) + _zeros + _positive.Total() + _positiveInfinities;

    private QuantileEstimate AtRank(long rank, long count)
    {
        if (rank < _negativeInfinities)
        {
            return Exactly(double.NegativeInfinity, count);
        }

        rank -= _negativeInfinities;
        long negatives = _negative?.Total() ?? 0;
        if (rank < negatives)
        {
            (double lower, double middle, double upper) = Bounds(_negative!.Find(negatives - 1 - rank));
            return Within(-upper, -middle, -lower, count);
        }

        rank -= negatives;
        if (rank < _zeros)
        {
            return Exactly(0, count);
        }

        rank -= _zeros;
        if (rank < _positive.Total())
        {
            (double lower, double middle, double upper) = Bounds(_positive.Find(rank));
            return Within(lower, middle, upper, count);
        }

        return Exactly(double.PositiveInfinity, count);
    }

    private QuantileEstimate Within(double lower, double middle, double upper, long count)
    {
        lower = Math.Max(lower, _min);
        upper = Math.Min(upper, _max);
        return new QuantileEstimate(Math.Clamp(middle, lower, Math.Max(lower, upper)), lower, Math.Max(lower, upper), count);
    }

    private static QuantileEstimate Exactly(double value, long count) => new(value, value, value, count);

    // Of small subnormal magnitudes a bucket is a single number, and its upper bound rounds to the lower one.
    private static (double Lower, double Middle, double Upper) Bounds(int bucket)
    {
        double lower = BucketMap.Lower(bucket);
        return (lower, BucketMap.Middle(bucket), Math.Max(lower, Math.BitDecrement(BucketMap.Lower(bucket + 1))));
    }
}
