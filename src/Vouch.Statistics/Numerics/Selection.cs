namespace Vouch.Statistics.Numerics;

/// <summary>Selection without sorting, in linear time whatever the input, with pivots that depend on the input alone.</summary>
internal static class Selection
{
    /// <summary>Below this many elements a range is sorted.</summary>
    public const int Small = 24;

    /// <summary>A pivot that splits most ranges well: median of three, of nine or of a spread sample.</summary>
    public static double GuessPivot(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        if (n < 128)
        {
            return MedianOfThree(values[0], values[n / 2], values[n - 1]);
        }

        if (n < 4096)
        {
            int step = n / 9;
            return MedianOfThree(
                MedianOfThree(values[0], values[step], values[2 * step]),
                MedianOfThree(values[3 * step], values[4 * step], values[5 * step]),
                MedianOfThree(values[6 * step], values[7 * step], values[8 * step]));
        }

        const int sample = 63;
        Span<double> spread = stackalloc double[sample];
        int stride = n / sample;
        for (int i = 0; i < sample; i++)
        {
            spread[i] = values[i * stride];
        }

        spread.Sort();
        return spread[sample / 2];
    }

    /// <summary>A pivot with at least three tenths of the range on either side: the median of the medians of five.</summary>
    /// <remarks>Source: M. Blum, R. Floyd, V. Pratt, R. Rivest, R. Tarjan, <i>Time Bounds for Selection</i>, 1973. Moves medians to the front of the spans.</remarks>
    public static double SafePivot(Span<double> values, Span<double> companions)
    {
        int groups = 0;
        for (int i = 0; i + 5 <= values.Length; i += 5, groups++)
        {
            SortSmall(values.Slice(i, 5), companions.IsEmpty ? companions : companions.Slice(i, 5));
            Swap(values, companions, groups, i + 2);
        }

        return groups == 0 ? values[values.Length / 2] : Select(values[..groups], companions.IsEmpty ? companions : companions[..groups], groups / 2);
    }

    /// <summary>The element of the given rank, 0 being the smallest. Reorders the values, and the companions along with them unless there are none.</summary>
    public static double Select(Span<double> values, Span<double> companions, int rank)
    {
        int budget = values.Length;
        int work = 0;
        while (values.Length > Small)
        {
            // Halving ranges would need twice the length in all; beyond four times, the guesses are bad.
            work += values.Length;
            double pivot = work / 4 > budget ? SafePivot(values, companions) : GuessPivot(values);
            int less = MoveLess(values, companions, pivot);
            if (rank < less)
            {
                values = values[..less];
                companions = companions.IsEmpty ? companions : companions[..less];
                continue;
            }

            rank -= less;
            values = values[less..];
            companions = companions.IsEmpty ? companions : companions[less..];
            int equal = MoveLessOrEqual(values, companions, pivot);
            if (rank < equal)
            {
                return pivot;
            }

            rank -= equal;
            values = values[equal..];
            companions = companions.IsEmpty ? companions : companions[equal..];
        }

        SortSmall(values, companions);
        return values[rank];
    }

    /// <summary>Moves what is less than the pivot to the front and returns its count.</summary>
    public static int MoveLess(Span<double> values, Span<double> companions, double pivot) => MoveToFront<Less>(values, companions, pivot);

    /// <summary>Moves what is at most the pivot to the front and returns its count.</summary>
    public static int MoveLessOrEqual(Span<double> values, Span<double> companions, double pivot) => MoveToFront<LessOrEqual>(values, companions, pivot);

    /// <summary>Insertion sort, with the companions along unless there are none.</summary>
    public static void SortSmall(Span<double> values, Span<double> companions)
    {
        if (companions.IsEmpty)
        {
            SortSmall(values);
            return;
        }

        companions = companions[..values.Length];
        for (int i = 1; i < values.Length; i++)
        {
            double value = values[i];
            double companion = companions[i];
            int j = i - 1;
            for (; j >= 0 && values[j] > value; j--)
            {
                values[j + 1] = values[j];
                companions[j + 1] = companions[j];
            }

            values[j + 1] = value;
            companions[j + 1] = companion;
        }
    }

    private static void SortSmall(Span<double> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            double value = values[i];
            int j = i - 1;
            for (; j >= 0 && values[j] > value; j--)
            {
                values[j + 1] = values[j];
            }

            values[j + 1] = value;
        }
    }

    private static double MedianOfThree(double a, double b, double c) =>
        a < b ? (b < c ? b : Math.Max(a, c)) : (a < c ? a : Math.Max(b, c));

    // Lomuto's scheme without a branch on the data: swap always, advance by the comparison's outcome.
    private static int MoveToFront<TTest>(Span<double> values, Span<double> companions, double pivot)
        where TTest : struct, ITest
    {
        int front = 0;
        if (companions.IsEmpty)
        {
            for (int i = 0; i < values.Length; i++)
            {
                double value = values[i];
                values[i] = values[front];
                values[front] = value;
                front += TTest.Holds(value, pivot) ? 1 : 0;
            }

            return front;
        }

        companions = companions[..values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            double companion = companions[i];
            values[i] = values[front];
            companions[i] = companions[front];
            values[front] = value;
            companions[front] = companion;
            front += TTest.Holds(value, pivot) ? 1 : 0;
        }

        return front;
    }

    private static void Swap(Span<double> values, Span<double> companions, int i, int j)
    {
        (values[i], values[j]) = (values[j], values[i]);
        if (!companions.IsEmpty)
        {
            (companions[i], companions[j]) = (companions[j], companions[i]);
        }
    }

    private interface ITest
    {
        static abstract bool Holds(double value, double pivot);
    }

    private readonly struct Less : ITest
    {
        public static bool Holds(double value, double pivot) => value < pivot;
    }

    private readonly struct LessOrEqual : ITest
    {
        public static bool Holds(double value, double pivot) => value <= pivot;
    }
}
