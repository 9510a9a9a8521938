namespace Vouch.TrustEngine.Imaging;

/// <summary>How the candidate's share of the squared deviations from the common mean depends on its noise variance.</summary>
/// <remarks>
/// Of L images the candidate has r times the noise variance of the others. Along the candidate's contrast the sum of squares is ((L - 1) r + 1) / L times chi-square with v degrees of freedom,
/// in the other L - 2 directions it is chi-square with v each; v is matched to the spread of the shares that was seen.
/// </remarks>
internal readonly struct NoiseShare
{
    private const int Nodes = 96;

    private readonly double[] _nodes;
    private readonly double[] _weights;
    private readonly int _labels;

    /// <param name="labels">Images, 3 or more.</param>
    /// <param name="variance">The mean variance of an image's share within a pixel.</param>
    public NoiseShare(int labels, double variance)
    {
        _labels = labels;
        double p = 1.0 / (labels - 1);
        double scaled = variance * labels * labels / ((labels - 1.0) * (labels - 1.0));
        double freedom = Math.Clamp(((p * (1 - p) / Math.Max(scaled, 1e-12)) - 1) * 2 / (labels - 1), 0.1, 1000);
        double a = 0.5 * freedom, b = 0.5 * freedom * (labels - 2);

        // The beta distribution on the logit scale, where its density u^a (1 - u)^b falls off exponentially on both sides: evenly spaced nodes converge fast.
        double centre = Math.Log(a / b), spread = 8 * Math.Sqrt((1 / a) + (1 / b)), low = centre - spread - (8 / a), high = centre + spread + (8 / b);
        double peak = LogDensity(centre, a, b), total = 0;
        _nodes = new double[Nodes];
        _weights = new double[Nodes];
        for (int i = 0; i < Nodes; i++)
        {
            double logit = low + ((high - low) * (i + 0.5) / Nodes);
            _nodes[i] = 1 / (1 + Math.Exp(-logit));
            _weights[i] = Math.Exp(LogDensity(logit, a, b) - peak);
            total += _weights[i];
        }

        for (int i = 0; i < Nodes; i++)
        {
            _weights[i] /= total;
        }
    }

    /// <summary>The expected share at a ratio of noise variances.</summary>
    public double Expect(double ratio)
    {
        double stretch = (((_labels - 1) * ratio) + 1) / _labels;
        double sum = 0;
        for (int i = 0; i < Nodes; i++)
        {
            double u = _nodes[i];
            sum += _weights[i] * (stretch * u / ((stretch * u) + 1 - u));
        }

        return sum * (_labels - 1) / _labels;
    }

    /// <summary>The ratio of noise variances at which a share is expected: 0 below all, infinite above all.</summary>
    public double RatioAt(double share)
    {
        if (share <= Expect(0))
        {
            return 0;
        }

        double low = -20, high = 20;
        if (share >= Expect(Math.Exp(high)))
        {
            return double.PositiveInfinity;
        }

        for (int i = 0; i < 40; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Expect(Math.Exp(middle)) < share ? (middle, high) : (low, middle);
        }

        return Math.Exp(0.5 * (low + high));
    }

    private static double LogDensity(double logit, double a, double b) =>
        (-a * Math.Log(1 + Math.Exp(-logit))) - (b * Math.Log(1 + Math.Exp(logit)));
}
