namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Whether a frequency stands out of the spectrum around it.</summary>
internal static class SpectralPeak
{
    private const double NearestBin = 2.5;
    private const int WantedBins = 16;
    private const int FarthestBin = 30;

    /// <summary>
    /// The chance of a periodogram ordinate as large as that of the period, had the spectrum there been smooth. White noise, drift, random walks and level shifts have
    /// smooth spectra; a season has a line. The background comes from the 16 nearest ordinates clear of the line and its harmonics, through a power law fitted to them
    /// whose exponent is taken one standard error on the side of a steeper fall, so that a random walk is not taken for a line.
    /// </summary>
    public static double Chance(double[] values, double period)
    {
        double[] tapered = Tapered(values);
        double centre = values.Length / period;
        var bins = new List<(double Log, double Power)>(WantedBins + 1);
        for (double distance = NearestBin; distance <= FarthestBin && bins.Count < WantedBins; distance++)
        {
            foreach (double bin in (ReadOnlySpan<double>)[centre - distance, centre + distance])
            {
                double harmonic = bin / centre;
                bool nearHarmonic = harmonic > 1.5 && Math.Abs(harmonic - Math.Round(harmonic)) * centre < 1.6;
                if (bin >= 1 && bin < 0.5 * values.Length && !nearHarmonic)
                {
                    bins.Add((Math.Log(bin / centre), Math.Max(Power(tapered, bin), 1e-300)));
                }
            }
        }

        if (bins.Count < 5)
        {
            return 1;
        }

        double fall = Fall(bins);
        double background = bins.Average(bin => bin.Power * Math.Exp(fall * bin.Log));

        // Neighbouring ordinates of a tapered series share about a third of what they know.
        double independent = bins.Count / 1.5;
        double ratio = Power(tapered, centre) / background;
        return double.IsFinite(ratio) ? Math.Pow(1 + (ratio / independent), -independent) : 1;
    }

    /// <summary>The period of the strongest ordinate within 6 % of a period's frequency and at most 8 bins away, in quarters of a bin.</summary>
    public static double Nearest(double[] values, double period)
    {
        double[] tapered = Tapered(values);
        double centre = values.Length / period;
        double reach = Math.Min(0.06 * centre, 8);
        double best = centre;
        double most = Power(tapered, centre);
        for (double bin = centre - reach; bin <= centre + reach; bin += 0.25)
        {
            double power = Power(tapered, bin);
            (best, most) = power > most ? (bin, power) : (best, most);
        }

        return values.Length / best;
    }

    /// <summary>The exponent of the power law, one standard error towards a steeper fall, between 0 and 2.</summary>
    private static double Fall(List<(double Log, double Power)> bins)
    {
        double meanLog = bins.Average(static bin => bin.Log);
        double meanPower = bins.Average(static bin => Math.Log(bin.Power));
        double spread = bins.Sum(bin => (bin.Log - meanLog) * (bin.Log - meanLog));
        double product = bins.Sum(bin => (bin.Log - meanLog) * (Math.Log(bin.Power) - meanPower));

        // The logarithm of an exponential variable has variance pi^2 / 6; a third of the ordinates is not independent.
        double error = Math.Sqrt(Math.PI * Math.PI / 6 * 1.5 / Math.Max(spread, 1e-9));
        return Math.Clamp((-product / Math.Max(spread, 1e-9)) + error, 0, 2);
    }

    /// <summary>The values less their straight line, drawn to zero at the ends by a Hann taper; gaps are zero.</summary>
    private static double[] Tapered(double[] values)
    {
        double count = 0, time = 0, value = 0, timeTime = 0, timeValue = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                count++;
                time += i;
                value += values[i];
                timeTime += (double)i * i;
                timeValue += i * values[i];
            }
        }

        double spread = timeTime - (time * time / count);
        double slope = spread > 0 ? (timeValue - (time * value / count)) / spread : 0;
        double level = (value - (slope * time)) / count;
        double[] result = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double taper = 0.5 * (1 - Math.Cos(2 * Math.PI * (i + 0.5) / values.Length));
            result[i] = double.IsNaN(values[i]) ? 0 : (values[i] - level - (slope * i)) * taper;
        }

        return result;
    }

    /// <summary>The squared amplitude at a frequency given in cycles per whole length, by Goertzel's recursion.</summary>
    private static double Power(double[] values, double cycles)
    {
        double factor = 2 * Math.Cos(2 * Math.PI * cycles / values.Length);
        double last = 0;
        double before = 0;
        foreach (double value in values)
        {
            double now = value + (factor * last) - before;
            before = last;
            last = now;
        }

        return Math.Max(0, (last * last) + (before * before) - (factor * last * before));
    }
}
