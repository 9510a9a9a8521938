namespace Vouch.Statistics.Sketches;

public sealed partial class QuantileSketch
{
    private const int MaxScale = 6;
    private const int MinScale = -10;

    /// <summary>Gives the buckets that are not empty, from the least value to the largest; zeros and infinities are buckets of one value.</summary>
    public IReadOnlyList<SketchBucket> Buckets()
    {
        var buckets = new List<SketchBucket>();
        lock (_gate)
        {
            Append(double.NegativeInfinity, _negativeInfinities);
            List<(int Bucket, long Count)> negatives = _negative?.ToList() ?? [];
            for (int i = negatives.Count - 1; i >= 0; i--)
            {
                (double lower, _, double upper) = Bounds(negatives[i].Bucket);
                buckets.Add(new SketchBucket(-upper, -lower, negatives[i].Count));
            }

            Append(0, _zeros);
            foreach ((int bucket, long count) in _positive.ToList())
            {
                (double lower, _, double upper) = Bounds(bucket);
                buckets.Add(new SketchBucket(lower, upper, count));
            }

            Append(double.PositiveInfinity, _positiveInfinities);
        }

        return buckets;

        void Append(double value, long count)
        {
            if (count > 0)
            {
                buckets.Add(new SketchBucket(value, value, count));
            }
        }
    }

    /// <summary>Converts to OpenTelemetry's exponential histogram, at the finest scale whose buckets suffice.</summary>
    /// <param name="maxBuckets">The most buckets of each sign, 2 or more; OpenTelemetry's default is 160.</param>
    /// <returns>A histogram that states the error it adds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBuckets"/> is less than 2.</exception>
    /// <remarks>The value that stands for each bucket of the sketch decides where its count goes. Beyond scale 6 (64 buckets to a power of two) the sketch knows nothing finer.</remarks>
    public ExponentialHistogram ToExponentialHistogram(int maxBuckets = 160)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBuckets, 2);
        lock (_gate)
        {
            List<(int Index, double Middle, long Count)> positive = Indexed(_positive);
            List<(int Index, double Middle, long Count)> negative = _negative is null ? [] : Indexed(_negative);
            int scale = MaxScale;
            while (scale > MinScale && (Span(positive, scale) > maxBuckets || Span(negative, scale) > maxBuckets))
            {
                scale--;
            }

            (int positiveOffset, long[] positiveCounts) = Gather(positive, scale);
            (int negativeOffset, long[] negativeCounts) = Gather(negative, scale);
            double sum = Total(positive) - Total(negative);
            long count = positive.Sum(static entry => entry.Count) + negative.Sum(static entry => entry.Count) + _zeros;
            return new ExponentialHistogram
            {
                Scale = scale,
                Count = count,
                ZeroCount = _zeros,
                Sum = count == 0 ? double.NaN : sum,
                Min = negative.Count > 0 ? Math.Max(-negative[^1].Middle, _min) : _zeros > 0 ? 0 : positive.Count > 0 ? Math.Max(positive[0].Middle, _min) : double.NaN,
                Max = positive.Count > 0 ? Math.Min(positive[^1].Middle, _max) : _zeros > 0 ? 0 : negative.Count > 0 ? Math.Min(-negative[0].Middle, _max) : double.NaN,
                PositiveOffset = positiveOffset,
                Positive = positiveCounts,
                NegativeOffset = negativeOffset,
                Negative = negativeCounts,
                LeftOut = _notNumbers + _positiveInfinities + _negativeInfinities,
            };
        }
    }

    private static List<(int Index, double Middle, long Count)> Indexed(BucketRun run)
    {
        var list = new List<(int Index, double Middle, long Count)>();
        foreach ((int bucket, long count) in run.ToList())
        {
            double middle = BucketMap.Middle(bucket);
            list.Add((Index(middle), middle, count));
        }

        return list;
    }

    // At scale 6: (2^(i/64), 2^((i+1)/64)] has index i. Powers of two belong to the bucket below, as its upper bound.
    private static int Index(double magnitude)
    {
        int exponent = Math.ILogB(magnitude);
        double significand = Math.ScaleB(magnitude, -exponent);
        return (exponent << MaxScale) + (significand == 1 ? -1 : Math.Clamp((int)Math.Ceiling(Math.Log2(significand) * (1 << MaxScale)) - 1, 0, (1 << MaxScale) - 1));
    }

    private static int Span(List<(int Index, double Middle, long Count)> entries, int scale) =>
        entries.Count == 0 ? 0 : (entries[^1].Index >> (MaxScale - scale)) - (entries[0].Index >> (MaxScale - scale)) + 1;

    private static (int Offset, long[] Counts) Gather(List<(int Index, double Middle, long Count)> entries, int scale)
    {
        if (entries.Count == 0)
        {
            return (0, []);
        }

        int offset = entries[0].Index >> (MaxScale - scale);
        long[] counts = new long[Span(entries, scale)];
        foreach ((int index, _, long count) in entries)
        {
            counts[(index >> (MaxScale - scale)) - offset] += count;
        }

        return (offset, counts);
    }

    private static double Total(List<(int Index, double Middle, long Count)> entries)
    {
        double sum = 0;
        foreach ((_, double middle, long count) in entries)
        {
            sum += middle * count;
        }

        return sum;
    }
}
