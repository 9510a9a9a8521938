using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Selection by partition (C. A. R. Hoare, <i>Communications of the ACM</i> 4(7), 1961): expected O(n), reorders its input.</summary>
internal static class Selection
{
    /// <summary>The value at a rank (0 is the smallest) of the first <paramref name="count"/> values, which end up with the smallest <c>rank + 1</c> in front.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Smallest(double[] values, int count, int rank)
    {
        int left = 0;
        int right = count - 1;
        while (left < right)
        {
            double pivot = MedianOfThree(values[left], values[left + ((right - left) / 2)], values[right]);
            int i = left;
            int j = right;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (rank <= j)
            {
                right = j;
            }
            else if (rank >= i)
            {
                left = i;
            }
            else
            {
                break;
            }
        }

        return values[rank];
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
