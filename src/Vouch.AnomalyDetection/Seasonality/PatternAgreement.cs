using Vouch.Statistics.Distributions;

namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>How well the patterns of several stretches of a series agree, and how likely chance would make them agree so well.</summary>
internal static class PatternAgreement
{
    /// <summary>The mean over the patterns of the correlation with the mean of the others; patterns are centred and of length 1.</summary>
    public static double MeanCorrelation(IReadOnlyList<double[]> patterns)
    {
        double[] sum = Sum(patterns);
        double total = 0;
        double[] others = new double[sum.Length];
        foreach (double[] pattern in patterns)
        {
            double squares = 0;
            double product = 0;
            for (int phase = 0; phase < sum.Length; phase++)
            {
                others[phase] = sum[phase] - pattern[phase];
                squares += others[phase] * others[phase];
                product += others[phase] * pattern[phase];
            }

            total += squares > 0 ? product / Math.Sqrt(squares) : 0;
        }

        return total / patterns.Count;
    }

    /// <summary>
    /// The chance that patterns of these shapes, each turned by an independent random phase, add up to a sum as strong as theirs. Turning keeps the correlation of
    /// neighbouring rows, which a test that takes rows for independent would mistake for a season.
    /// </summary>
    /// <remarks>
    /// At each frequency the squared length of a sum of vectors of random direction is close to exponential with the sum of their squared lengths as mean; the total over
    /// the frequencies is taken for a gamma variable of the same mean and variance. As one turn moves all frequencies at once, the chance cannot be below that of all patterns landing
    /// on one of the distinguishable turns, about 2 pi times the effective number of frequencies.
    /// </remarks>
    public static double ChanceByShift(IReadOnlyList<double[]> patterns)
    {
        int phases = patterns[0].Length;
        double strength = 0;
        double expected = 0;
        double squares = 0;
        for (int frequency = 1; 2 * frequency <= phases; frequency++)
        {
            double sumCosine = 0;
            double sumSine = 0;
            double power = 0;
            foreach (double[] pattern in patterns)
            {
                double cosine = 0;
                double sine = 0;
                for (int phase = 0; phase < phases; phase++)
                {
                    (double s, double c) = Math.SinCos(2 * Math.PI * frequency * phase / phases);
                    cosine += pattern[phase] * c;
                    sine += pattern[phase] * s;
                }

                sumCosine += cosine;
                sumSine += sine;
                power += (cosine * cosine) + (sine * sine);
            }

            strength += (sumCosine * sumCosine) + (sumSine * sumSine);
            expected += power;
            squares += power * power;
        }

        if (!(expected > 0))
        {
            return 1;
        }

        double shape = expected * expected / squares;
        double byGamma = SpecialFunctions.GammaUpperRegularized(shape, shape * strength / expected);
        double byTurns = Math.Pow(2 * Math.PI * shape, 1 - patterns.Count);
        return Math.Clamp(Math.Max(byGamma, byTurns), 0, 1);
    }

    private static double[] Sum(IReadOnlyList<double[]> patterns)
    {
        double[] sum = new double[patterns[0].Length];
        foreach (double[] pattern in patterns)
        {
            for (int phase = 0; phase < sum.Length; phase++)
            {
                sum[phase] += pattern[phase];
            }
        }

        return sum;
    }
}
