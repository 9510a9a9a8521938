using System.Numerics;

namespace Vouch.Resilience.Concurrency;

/// <summary>What attempts have taken lately, as a histogram in steps of an eighth of a power of two whose old counts fade.</summary>
/// <remarks>Not safe to share: the owner's lock guards it. 0.1 ms to some days; recording costs a few nanoseconds and allocates nothing.</remarks>
internal sealed class LatencyProfile
{
    private const int StepsPerDoubling = 4;
    private const int FirstExponent = 10;
    private const int BucketCount = 32 * StepsPerDoubling;
    private const double Fading = 0.5;
    private const int MinSamples = 20;

    private readonly float[] _counts = new float[BucketCount];
    private int _sinceFading;

    /// <summary>Gets the duration that half of the attempts stay below, in ticks; zero while too little is known.</summary>
    public long Median { get; private set; }

    /// <summary>Gets the duration from which on so few attempts last that they hold no more than a given share of all the time spent, in ticks; zero while too little is known.</summary>
    public long Tail { get; private set; }

    /// <param name="ticks">What an attempt took.</param>
    public void Add(long ticks)
    {
        _counts[BucketOf(ticks)]++;
        _sinceFading++;
    }

    /// <summary>Brings the figures up to date, and halves what it knows once enough has been added.</summary>
    /// <param name="tailShare">The share of all time that <see cref="Tail"/> leaves above it.</param>
    /// <param name="fadeAfter">After how many samples old ones count half.</param>
    public void Refresh(double tailShare, int fadeAfter)
    {
        double samples = 0;
        double time = 0;
        for (int i = 0; i < BucketCount; i++)
        {
            samples += _counts[i];
            time += _counts[i] * Middle(i);
        }

        if (samples >= MinSamples)
        {
            Median = (long)Middle(Find(samples * 0.5));
            double above = 0;
            int bucket = BucketCount;
            while (bucket > 0 && above + (_counts[bucket - 1] * Middle(bucket - 1)) <= time * tailShare)
            {
                above += _counts[--bucket] * Middle(bucket);
            }

            Tail = (long)Floor(bucket);
        }

        if (_sinceFading >= fadeAfter)
        {
            _sinceFading = 0;
            for (int i = 0; i < BucketCount; i++)
            {
                _counts[i] = (float)(_counts[i] * Fading);
            }
        }
    }

    private static int BucketOf(long ticks)
    {
        // The first steps hold everything up to 1024 ticks, 0.1 ms.
        ulong value = (ulong)Math.Max(ticks, 1L << FirstExponent);
        int exponent = BitOperations.Log2(value);
        int step = (int)((value >> (exponent - 2)) & (StepsPerDoubling - 1));
        return Math.Min(((exponent - FirstExponent) * StepsPerDoubling) + step, BucketCount - 1);
    }

    private static double Floor(int bucket) => Math.ScaleB(1 + ((bucket % StepsPerDoubling) / (double)StepsPerDoubling), FirstExponent + (bucket / StepsPerDoubling));

    private static double Middle(int bucket) => Floor(bucket) * (1 + (0.5 / (StepsPerDoubling + (bucket % StepsPerDoubling))));

    private int Find(double rank)
    {
        int bucket = 0;
        for (double below = _counts[0]; below < rank && bucket < BucketCount - 1; below += _counts[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
