using System.Globalization;

namespace Vouch.Statistics.Numerics;

/// <summary>Finds the value at which the cumulated weight reaches a share of the total, exactly and in linear time.</summary>
internal static class WeightedSelection
{
    /// <summary>Pairs up to this count are copied to the stack.</summary>
    public const int OnStack = 128;

    /// <summary>What a search found: the lower and upper answers, and how many values carry weight.</summary>
    public readonly record struct Answer(double Lower, double Upper, int Carriers, double TotalFraction, int TotalExponent);

    /// <summary>What the weights have in common, which spares exact arithmetic: all equal, or all whole numbers.</summary>
    public readonly record struct Carried(int Count, bool AllEqual, bool AllWhole);

    /// <summary>Copies the pairs that carry weight.</summary>
    public static Carried Copy(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, Span<double> toValues, Span<double> toWeights)
    {
        int count = 0;
        bool allWhole = true;
        bool allEqual = true;
        double first = 0;
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
            first = first == 0 ? weight : first;
            allEqual &= weight == first | weight == 0;
            allWhole &= weight == Math.Floor(weight);
            count += weight > 0 ? 1 : 0;
        }

        return new Carried(count, allEqual, allWhole);
    }

    /// <summary>The answer at a share of the total weight. Reorders both spans, in which every weight is above 0.</summary>
    public static Answer Find(Span<double> values, Span<double> weights, Carried carried, double share)
    {
        values = values[..carried.Count];
        weights = weights[..carried.Count];
        if (values.IsEmpty)
        {
            return new Answer(double.NaN, double.NaN, 0, 0, 0);
        }

        if (share is 0 or 1)
        {
            return End(values, smallest: share == 0);
        }

        double unit = weights[0];
        if (carried.AllEqual)
        {
            weights.Fill(1);
        }

        DoubleDoubleSum total = DoubleDoubleSum.Of(weights);
        (double fraction, int exponent) = total.IsExact ? total.Rounded() : LongAccumulator.Of(weights).Rounded();
        double plain = Math.ScaleB(fraction, exponent);
        bool isWhole = (carried.AllEqual || carried.AllWhole) && plain < 1L << 53;

        // Summing n numbers in any order is off by at most n - 1 roundings of the total; twice that, and the roundings of the threshold, is safe.
        double slack = isWhole ? 0 : (values.Length + 8.0) / (1L << 52) * plain;
        (double Value, bool IsTie) found = (double.IsFinite(slack) ? Search<PlainSum>(values, weights, share, slack) : null)
            ?? (total.IsExact ? Search<DoubleDoubleSum>(values, weights, share, 0) : null)
            ?? Search<LongAccumulator>(values, weights, share, 0)!.Value;
        double upper = found.IsTie ? NextAbove(values, found.Value) : found.Value;
        if (carried.AllEqual)
        {
            // The total is the one product n * unit, rounded once.
            exponent = Math.ILogB(unit);
            fraction = Math.ScaleB(unit, -exponent) * values.Length;
        }

        // Adding zero turns -0 into +0, so that the answer does not depend on which of two equal zeros came first.
        return new Answer(found.Value + 0.0, upper + 0.0, values.Length, fraction, exponent);
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

    // Null where this kind of sum cannot tell.
    private static (double Value, bool IsTie)? Search<TSum>(Span<double> values, Span<double> weights, double share, double slack)
        where TSum : struct, IWeightSum<TSum>
    {
        TSum total = TSum.Of(weights);
        TSum below = default;
        int work = 0;
        int length = values.Length;
        while (values.Length > Selection.Small)
        {
            work += values.Length;
            double pivot = work / 4 > length ? Selection.SafePivot(values, weights) : Selection.GuessPivot(values);
            int less = Selection.MoveLess(values, weights, pivot);
            TSum through = below;
            through.Add(TSum.Of(weights[..less]));
            int order = less == 0 ? -1 : through.IsExact ? TSum.Compare(through, total, share, slack) : IWeightSum<TSum>.InDoubt;
            if (order == IWeightSum<TSum>.InDoubt)
            {
                return null;
            }

            // Weight below the pivot that just reaches the share belongs to a value in the left part.
            if (order >= 0)
            {
                values = values[..less];
                weights = weights[..less];
                continue;
            }

            values = values[less..];
            weights = weights[less..];
            int equal = Selection.MoveLessOrEqual(values, weights, pivot);
            through.Add(TSum.Of(weights[..equal]));
            order = through.IsExact ? TSum.Compare(through, total, share, slack) : IWeightSum<TSum>.InDoubt;
            if (order == IWeightSum<TSum>.InDoubt)
            {
                return null;
            }

            if (order >= 0)
            {
                return (pivot, order == 0);
            }

            below = through;
            values = values[equal..];
            weights = weights[equal..];
        }

        return Walk(values, weights, total, below, share, slack);
    }

    private static (double Value, bool IsTie)? Walk<TSum>(Span<double> values, Span<double> weights, in TSum total, TSum below, double share, double slack)
        where TSum : struct, IWeightSum<TSum>
    {
        Selection.SortSmall(values, weights);
        for (int i = 0; i < values.Length; i++)
        {
            below.Add(weights[i]);

            // Equal values are one value: only behind the last of them the sum is the cumulated weight.
            if (i + 1 < values.Length && values[i + 1] == values[i])
            {
                continue;
            }

            int order = below.IsExact ? TSum.Compare(below, total, share, slack) : IWeightSum<TSum>.InDoubt;
            if (order == IWeightSum<TSum>.InDoubt)
            {
                return null;
            }

            if (order >= 0)
            {
                return (values[i], order == 0);
            }
        }

        return null;
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
}
