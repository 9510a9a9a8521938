using Vouch.Statistics.Distributions;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Puts a detector's scores on a common scale: by their order among the learnt rows, and by how far they leave the bulk of them.</summary>
internal sealed class TailShares
{
    /// <summary>The upper quartile of a normal variable, in standard deviations.</summary>
    private const double NormalQuartile = 0.67448975019608171;

    /// <summary>An exponential variable of the same median and upper quartile falls by half, ln 2, from the one to the other.</summary>
    private const double ExponentialRate = 0.69314718055994531 / NormalQuartile;

    private const double Resolution = 0.01;

    private readonly double[] _sorted;
    private readonly double _middle;
    private readonly double _unit;

    public TailShares(ReadOnlySpan<double> scores)
    {
        _sorted = scores.ToArray();
        _sorted.AsSpan().Sort();
        _middle = Quantile(0.5);
        _unit = Spread();
    }

    /// <summary>
    /// The negative logarithm of the share of learnt rows with a higher score, equal scores counting half, plus one in a hundred: beyond that no member resolves
    /// (the near neighbours are a hundredth of the sample), and a single member's extreme must not outshout the others' agreement.
    /// </summary>
    public double Surprise(double score)
    {
        int n = _sorted.Length;
        int below = Bound(score, orEqual: false);
        int atOrBelow = Bound(score, orEqual: true);
        double rank = 0.5 * (below + atOrBelow);
        return -Math.Log((1 - (rank / (n + 0.5)) + Resolution) / (1 + Resolution));
    }

    /// <summary>
    /// How many of the bulk's own units a score lies above its middle. The unit is read from the middle to the upper quartile, which outliers cannot reach while they are
    /// fewer than a quarter, and the far end of the middle half guards against a bulk that is mostly ties.
    /// </summary>
    public double Deviation(double score) => _unit > 0 ? (score - _middle) / _unit : 0;

    /// <summary>The tail probability of a deviation: between that of a normal and of an exponential bulk, the heavier counts.</summary>
    public static double Tail(double deviation) =>
        deviation <= 0 ? NormalDistribution.UpperTail(deviation) : Math.Max(NormalDistribution.UpperTail(deviation), 0.5 * Math.Exp(-deviation * ExponentialRate));

    private double Spread()
    {
        double upper = (Quantile(0.75) - _middle) / NormalQuartile;
        if (upper > 0)
        {
            return upper;
        }

        double far = (Quantile(0.9) - _middle) / 1.2815515655446004;
        return far > 0 ? far : _sorted[^1] - _middle;
    }

    private double Quantile(double share)
    {
        double place = share * (_sorted.Length - 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + ((place - below) * (_sorted[above] - _sorted[below]));
    }

    private int Bound(double score, bool orEqual)
    {
        int low = 0;
        int high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool before = orEqual ? _sorted[middle] <= score : _sorted[middle] < score;
            (low, high) = before ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
