namespace Vouch.Observability.RootCause;

/// <summary>How strong the strongest charge of a channel is in normal windows: a Gumbel distribution, the limit law of maxima, fitted to windows left out one by one.</summary>
/// <remarks>
/// For exact tail probabilities of <c>k</c> independent features the law would be Gumbel(ln k, 1); a scale below 1 is never believed, nor a negative location. Two fits: <see cref="Typical"/> by quartiles
/// tells what most normal windows look like and makes channels comparable; <see cref="Cautious"/> by moments lets every odd window count, and carries the promise about false accusations.
/// </remarks>
internal readonly record struct NullLevel(double Location, double Scale)
{
    private const double EulerGamma = 0.57721566490153286;
    private const int Fewest = 3;

    // Without windows to learn from: as for a thousand features whose tail probabilities are off by a factor of three in the exponent.
    private static readonly NullLevel Unknown = new(7, 3);

    // Of the standard Gumbel law: median 0.36651, quartiles 1.24590 and -0.32663.
    public static NullLevel Typical(double[] maxima)
    {
        if (maxima.Length < Fewest)
        {
            return Unknown;
        }

        double[] sorted = [.. maxima.Order()];
        double scale = Math.Max(1, (At(sorted, 0.75) - At(sorted, 0.25)) / (1.24590 + 0.32663));
        return new NullLevel(Math.Max(0, At(sorted, 0.5) - (0.36651 * scale)), scale);
    }

    // By moments; the location stands one standard error higher, so that few windows make it careful.
    public static NullLevel Cautious(double[] maxima)
    {
        if (maxima.Length < Fewest)
        {
            return Unknown;
        }

        double mean = maxima.Average();
        double deviation = Math.Sqrt(maxima.Sum(value => (value - mean) * (value - mean)) / (maxima.Length - 1));
        double scale = Math.Max(1, deviation * Math.Sqrt(6) / Math.PI);
        return new NullLevel(Math.Max(0, mean - (EulerGamma * scale) + (deviation / Math.Sqrt(maxima.Length))), scale);
    }

    public double Strength(double logTail) => (logTail - Location) / Scale;

    /// <summary>The chance that the strongest charge of a normal window is at least as strong.</summary>
    public double TailProbability(double logTail)
    {
        double exponent = Math.Exp(-Strength(logTail));
        return exponent < 1e-9 ? exponent : 1 - Math.Exp(-exponent);
    }

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
