using System.Globalization;

namespace Vouch.Statistics.Numerics;

/// <summary>Finds the value at which the cumulated weight reaches a share of the total, exactly and in linear time.</summary>
internal static class WeightedSelection
{
    /// <summary>Pairs up to this count are copied to the stack.</summary>
    public const int OnStack = 128;

    /// <summary>What a search found: the lower and upper answers, and how many values carry weight.</summary>
    public readonly record struct Answer(double Lower, double Upper, int Carriers, double TotalFraction, int TotalExponent);

    /// <summary>Copies the pairs that carry weight. Returns their number.</summary>
    public static int Copy(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, Span<double> toValues, Span<double> toWeights)
    {
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            double weight = weights[i];
            if (double.IsNaN(value) || !(weight >= 0 && weight <= double.MaxValue))
            {
                ThrowBad(value, weight, i, nameof(values), nameof(weights));
            }

            toValues[count] = value;
            toWeights[count] = weight;
            count += weight > 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The answer at a share of the total weight. Reorders both spans, in which every weight is above 0.</summary>
    public static Answer Find(Span<double> values, Span<double> weights, double share)
    {
        if (values.IsEmpty)
        {
            return new Answer(double.NaN, double.NaN, 0, 0, 0);
        }

        return share is 0 or 1 ? End(values, smallest: share == 0)
            : TryFind<DoubleDoubleSum>(values, weights, share) ?? TryFind<LongAccumulator>(values, weights, share)!.Value;
    }

    private static Answer End(ReadOnlySpan<double> values, bool smallest)
    {
        double end = values[0];
        foreach (double value in values)
        {
            end = smallest ? Math.Min(end, value) : Math.Max(end, value);
        }

        return new Answer(end + 0.0, end + 0.0, values.Length, double.NaN, 0);
    }

    // Null where the sum could not stay exact.
    private static Answer? TryFind<TSum>(Span<double> values, Span<double> weights, double share)
        where TSum : struct, IWeightSum<TSum>
    {
        TSum total = Sum<TSum>(weights);
        if (!total.IsExact)
        {
            return null;
        }

        var target = new Target<TSum>(total, share);
        (double Value, bool IsTie)? found = Search(values, weights, target);
        if (found is not { } at)
        {
            return null;
        }

        (double fraction, int exponent) = total.Rounded();
        double upper = at.IsTie ? NextAbove(values, at.Value) : at.Value;

        // Adding zero turns -0 into +0, so that the answer does not depend on which of two equal zeros came first.
        return new Answer(at.Value + 0.0, upper + 0.0, values.Length, fraction, exponent);
    }

    private static (double Value, bool IsTie)? Search<TSum>(Span<double> values, Span<double> weights, in Target<TSum> target)
        where TSum : struct, IWeightSum<TSum>
    {
        TSum below = default;
        int work = 0;
        int length = values.Length;
        while (values.Length > Selection.Small)
        {
            work += values.Length;
            double pivot = work / 4 > length ? Selection.SafePivot(values, weights) : Selection.GuessPivot(values);
            (int less, int lessOrEqual) = Selection.Partition(values, weights, pivot);
            TSum through = below;
            through.Add(Sum<TSum>(weights[..less]));
            if (!through.IsExact)
            {
                return null;
            }

            // Weight below the pivot that just reaches the share belongs to a value in the left part.
            if (less > 0 && target.Compare(through) >= 0)
            {
                values = values[..less];
                weights = weights[..less];
                continue;
            }

            through.Add(Sum<TSum>(weights[less..lessOrEqual]));
            if (!through.IsExact)
            {
                return null;
            }

            int order = target.Compare(through);
            if (order >= 0)
            {
                return (pivot, order == 0);
            }

            below = through;
            values = values[lessOrEqual..];
            weights = weights[lessOrEqual..];
        }

        return Walk(values, weights, target, below);
    }

    private static (double Value, bool IsTie)? Walk<TSum>(Span<double> values, Span<double> weights, in Target<TSum> target, TSum below)
        where TSum : struct, IWeightSum<TSum>
    {
        Selection.SortSmall(values, weights);
        for (int i = 0; i < values.Length; i++)
        {
            below.Add(weights[i]);
            if (!below.IsExact)
            {
                return null;
            }

            // Equal values are one value: only behind the last of them a comparison counts as a tie.
            int order = target.Compare(below);
            if (order > 0 || (order == 0 && (i + 1 == values.Length || values[i + 1] != values[i])))
            {
                return (values[i], order == 0);
            }
        }

        return (values[^1], false);
    }

    private static TSum Sum<TSum>(ReadOnlySpan<double> weights)
        where TSum : struct, IWeightSum<TSum>
    {
        TSum sum = default;
        foreach (double weight in weights)
        {
            sum.Add(weight);
        }

        return sum;
    }

    private static double NextAbove(ReadOnlySpan<double> values, double value)
    {
        double next = double.PositiveInfinity;
        bool found = false;
        foreach (double candidate in values)
        {
            if (candidate > value && candidate <= next)
            {
                next = candidate;
                found = true;
            }
        }

        return found ? next : value;
    }

    private static void ThrowBad(double value, double weight, int index, string values, string weights)
    {
        if (double.IsNaN(value))
        {
            Require.ThrowNaN(values, index);
        }

        throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"Weights are finite numbers of 0 or more; the one at index {index} is {weight}."), weights);
    }

    private readonly struct Target<TSum>
        where TSum : struct, IWeightSum<TSum>
    {
        private const double Tie = 4.0 / (1L << 52);
        private readonly TSum _total;
        private readonly double _share;
        private readonly double _threshold;
        private readonly int _exponent;

        public Target(in TSum total, double share)
        {
            _total = total;
            _share = share;
            (double fraction, _exponent) = total.Rounded();
            _threshold = share * fraction;
        }

        // A half is compared exactly; another share up to a few roundings, of figures that do not depend on the order.
        public int Compare(in TSum sum)
        {
            if (_share == 0.5)
            {
                return sum.CompareTwiceTo(_total);
            }

            (double fraction, int exponent) = sum.Rounded();
            double scaled = Math.ScaleB(fraction, exponent - _exponent);
            return Math.Abs(scaled - _threshold) <= Tie * _threshold ? 0 : scaled.CompareTo(_threshold);
        }
    }
}
