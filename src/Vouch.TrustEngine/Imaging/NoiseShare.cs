using MathNet.Numerics;

namespace Vouch.TrustEngine.Imaging;

/// <summary>How the candidate's share of the squared deviations from the common mean depends on its noise variance.</summary>
/// <remarks>
/// Of L images the candidate has r times the noise variance of the others. Along the candidate's contrast the sum of squares is ((L - 1) r + 1) / L times chi-square with v degrees of freedom,
/// in the other L - 2 directions it is chi-square with v each; v is matched to the spread of the shares that was seen.
/// </remarks>
internal readonly struct NoiseShare
{
    private const int Nodes = 64;

    private readonly double[] _nodes;
    private readonly int _labels;

    /// <param name="labels">Images, 3 or more.</param>
    /// <param name="variance">The mean variance of an image's share within a pixel.</param>
    public NoiseShare(int labels, double variance)
    {
        _labels = labels;
        double p = 1.0 / (labels - 1);
        double scaled = variance * labels * labels / ((labels - 1.0) * (labels - 1.0));
        double freedom = Math.Clamp(((p * (1 - p) / Math.Max(scaled, 1e-12)) - 1) * 2 / (labels - 1), 0.05, 1000);
        _nodes = new double[Nodes];
        for (int i = 0; i < Nodes; i++)
        {
            _nodes[i] = BetaQuantile(0.5 * freedom, 0.5 * freedom * (labels - 2), (i + 0.5) / Nodes);
        }
    }

    /// <summary>The expected share at a ratio of noise variances.</summary>
    public double Expect(double ratio)
    {
        double stretch = (((_labels - 1) * ratio) + 1) / _labels;
        double sum = 0;
        foreach (double u in _nodes)
        {
            sum += stretch * u / ((stretch * u) + 1 - u);
        }

        return sum / Nodes * (_labels - 1) / _labels;
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

        for (int i = 0; i < 60; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Expect(Math.Exp(middle)) < share ? (middle, high) : (low, middle);
        }

        return Math.Exp(0.5 * (low + high));
    }

    private static double BetaQuantile(double a, double b, double probability)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 50; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = SpecialFunctions.BetaRegularized(a, b, middle) < probability ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }
}
