namespace Vouch.Observability.RootCause;

/// <summary>What is known of a feature before it is looked at, from the others of its channel: its dispersion between blocks, how many degrees of freedom that is worth, and its variance.</summary>
/// <remarks>
/// The estimated dispersions scatter more than their own degrees of freedom explain where the true ones differ; the rest of the scatter tells how little the typical one says about a single feature.
/// Source: G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004), section 6.2.
/// </remarks>
internal readonly record struct Prior(double Dispersion, double Freedom, double Variance)
{
    private const double LeastFreedom = 2;
    private const double MostFreedom = 50;

    public static Prior Of((double Dispersion, int Freedom)[] features, double[] variances)
    {
        double variance = variances.Length == 0 ? 1 : Middle(variances);
        (double Log, int Freedom)[] logs = [.. features.Where(feature => feature.Dispersion > 0).Select(feature => (Math.Log(feature.Dispersion), feature.Freedom))];
        if (logs.Length < 4)
        {
            return new Prior(1, 4, variance);
        }

        double mean = logs.Average(entry => entry.Log);
        double scatter = logs.Sum(entry => (entry.Log - mean) * (entry.Log - mean)) / (logs.Length - 1);
        double beyond = scatter - logs.Average(entry => Trigamma(entry.Freedom / 2.0));
        double freedom = beyond <= 0 ? MostFreedom : Math.Clamp(2 * InverseTrigamma(beyond), LeastFreedom, MostFreedom);
        return new Prior(Math.Max(1, Middle([.. features.Select(feature => feature.Dispersion)])), freedom, variance);
    }

    // By its recurrence up to 6, then its asymptotic series (Abramowitz and Stegun 6.4.12).
    internal static double Trigamma(double x)
    {
        double sum = 0;
        for (; x < 6; x++)
        {
            sum += 1 / (x * x);
        }

        double inverse = 1 / (x * x);
        return sum + (1 / x) + (inverse / 2) + (inverse / x * ((1.0 / 6) - (inverse * ((1.0 / 30) - (inverse / 42)))));
    }

    // Trigamma falls from infinity to zero: halving finds its inverse.
    internal static double InverseTrigamma(double value)
    {
        double low = 1e-3, high = 1e6;
        for (int i = 0; i < 100; i++)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = Trigamma(middle) > value ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(low * high);
    }

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
