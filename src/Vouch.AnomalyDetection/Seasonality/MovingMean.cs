namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Takes the trend out of a gappy series: what remains is the difference to the mean over a centred window.</summary>
internal static class MovingMean
{
    /// <summary>
    /// The values less their centred mean over <paramref name="window"/> rows (an even window counts its ends half). Rows nearer to an end than half a window
    /// become missing: there the window would lean to one side.
    /// </summary>
    public static double[] Removed(ReadOnlySpan<double> values, double window)
    {
        int rows = values.Length;
        double[] sums = new double[rows + 1];
        double[] counts = new double[rows + 1];
        for (int i = 0; i < rows; i++)
        {
            bool known = !double.IsNaN(values[i]);
            sums[i + 1] = sums[i] + (known ? values[i] : 0);
            counts[i + 1] = counts[i] + (known ? 1 : 0);
        }

        double half = window / 2;
        double[] result = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            double from = i + 0.5 - half;
            double to = i + 0.5 + half;
            double count = At(counts, to) - At(counts, from);
            result[i] = from < 0 || to > rows || count < 0.25 * window || double.IsNaN(values[i])
                ? double.NaN
                : values[i] - ((At(sums, to) - At(sums, from)) / count);
        }

        return result;
    }

    private static double At(double[] cumulated, double place)
    {
        int whole = Math.Clamp((int)Math.Floor(place), 0, cumulated.Length - 1);
        double part = place - whole;
        return part <= 0 || whole + 1 >= cumulated.Length ? cumulated[whole] : cumulated[whole] + (part * (cumulated[whole + 1] - cumulated[whole]));
    }
}
