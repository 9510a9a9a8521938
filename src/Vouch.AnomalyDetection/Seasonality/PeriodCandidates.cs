namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Proposes periods: the highest peaks of the autocorrelation, octave by octave, each scale freed of slower movements first.</summary>
internal static class PeriodCandidates
{
    private const int PeaksPerOctave = 3;
    private const double FewestCycles = 3;

    /// <summary>Periods in the unit of the grid's step, deduplicated, refined on their multiples.</summary>
    public static IReadOnlyList<double> Of(TimeGrid grid)
    {
        int rows = grid.Rows;
        var found = new List<double>();
        int longest = (int)(rows / FewestCycles);
        for (int window = 4; window / 2 <= longest; window *= 2)
        {
            double[] residual = MovingMean.Removed(grid.Values, Math.Min(2 * window, Math.Max(4, rows / 2)));
            double[] correlation = Autocorrelation.Of(residual, Math.Min(rows - 1, 8 * window));
            foreach (int lag in Peaks(correlation, window / 2, Math.Min(window, longest)))
            {
                double period = Refined(correlation, lag);
                Propose(found, period);
                if (period >= 2)
                {
                    // A slower pattern tilts the autocorrelation and moves its peaks; the nearest line of the spectrum is not moved.
                    Propose(found, SpectralPeak.Nearest(grid.Values, period));
                }
            }
        }

        return found;
    }

    private static void Propose(List<double> found, double period)
    {
        if (period >= 2 && !found.Any(other => Math.Abs(other - period) < 0.004 * period))
        {
            found.Add(period);
        }
    }

    /// <summary>The highest local maxima above zero with a lag in [from, to].</summary>
    private static IEnumerable<int> Peaks(double[] correlation, int from, int to)
    {
        var peaks = new List<int>();
        for (int lag = Math.Max(2, from); lag <= to && lag < correlation.Length; lag++)
        {
            double after = lag + 1 < correlation.Length ? correlation[lag + 1] : double.NegativeInfinity;
            if (correlation[lag] > 0 && correlation[lag] >= correlation[lag - 1] && correlation[lag] > after)
            {
                peaks.Add(lag);
            }
        }

        return peaks.OrderByDescending(lag => correlation[lag]).ThenBy(static lag => lag).Take(PeaksPerOctave);
    }

    /// <summary>Follows the peak to its multiples, doubling, as long as they stand out: the lag of the n-th divided by n is n times as precise.</summary>
    private static double Refined(double[] correlation, int lag)
    {
        double period = Top(correlation, lag);
        for (int multiple = 2; period >= 2 && multiple * period <= correlation.Length - 3; multiple *= 2)
        {
            int centre = (int)Math.Round(multiple * period);
            int reach = Math.Max(1, Math.Min(multiple, (int)(0.25 * period)));
            int best = centre;
            for (int at = Math.Max(1, centre - reach); at <= Math.Min(correlation.Length - 2, centre + reach); at++)
            {
                best = correlation[at] > correlation[best] ? at : best;
            }

            if (correlation[best] < 0.5 * correlation[lag] || correlation[best] < correlation[best - 1] || correlation[best] < correlation[best + 1])
            {
                break;
            }

            period = Top(correlation, best) / multiple;
        }

        return period;
    }

    /// <summary>The top of the parabola through a peak and its two sides.</summary>
    private static double Top(double[] correlation, int lag)
    {
        if (lag + 1 >= correlation.Length)
        {
            return lag;
        }

        double left = correlation[lag - 1];
        double right = correlation[lag + 1];
        double bend = left - (2 * correlation[lag]) + right;
        return bend < 0 ? lag + Math.Clamp(0.5 * (left - right) / bend, -0.5, 0.5) : lag;
    }
}
