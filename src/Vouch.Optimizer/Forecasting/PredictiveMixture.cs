namespace Vouch.Optimizer.Forecasting;

/// <summary>A weighted mixture of Student's t distributions on a line: what a forecast knows about one figure, on the scale it was fitted on.</summary>
internal sealed class PredictiveMixture
{
    // Below this share of the weight a component moves no quantile that anyone asks for.
    private const double Negligible = 1e-7;

    // Of quantiles in a logarithm or a share, and of shares: far below what a handful of measurements can tell apart.
    private const double Tolerance = 1e-11;
    private const double Smallest = 1e-12;
    private const int MaxSteps = 200;

    // In scales: with four degrees of freedom or more, less than 1e-5 of a component lies farther out than 50 of them.
    private const double Reach = 50;

    private readonly (double Weight, double Center, double Scale, double Ceiling)[] _components;
    private readonly int _degreesOfFreedom;
    private readonly double _low;
    private readonly double _high;

    /// <param name="components">Weights of any positive sum, centres and scales; <c>Ceiling</c> is the largest value of 1 - exp-odds components, see <see cref="CumulativeShare"/>.</param>
    /// <param name="degreesOfFreedom">Of every component.</param>
    public PredictiveMixture(IReadOnlyList<(double Weight, double Center, double Scale, double Ceiling)> components, int degreesOfFreedom)
    {
        double total = components.Sum(static component => component.Weight);
        _components = [.. components.Where(component => component.Weight > Negligible * total)
            .Select(component => component with { Weight = component.Weight / total })];
        _degreesOfFreedom = degreesOfFreedom;
        _low = _components.Min(static component => component.Center - (Reach * component.Scale));
        _high = _components.Max(static component => component.Center + (Reach * component.Scale));
    }

    /// <summary>The value below which the given share of the mixture lies.</summary>
    public double Quantile(double share) => Invert(share, _low, _high, static (mixture, x) => mixture.Cumulative(x));

    /// <summary>
    /// The same for components that give the log-odds of d / ceiling: the value of d in [0, 1] below which the given share lies.
    /// </summary>
    public double ShareQuantile(double share) => Invert(share, Smallest, 1 - Smallest, static (mixture, x) => mixture.CumulativeShare(x));

    private double Cumulative(double x)
    {
        double sum = 0;
        foreach ((double weight, double center, double scale, _) in _components)
        {
            sum += weight * StudentDistribution.Cumulative((x - center) / scale, _degreesOfFreedom);
        }

        return sum;
    }

    private double CumulativeShare(double d)
    {
        double sum = 0;
        foreach ((double weight, double center, double scale, double ceiling) in _components)
        {
            double odds = d / (ceiling - d);
            sum += d >= ceiling ? weight : weight * StudentDistribution.Cumulative((Math.Log(odds) - center) / scale, _degreesOfFreedom);
        }

        return sum;
    }

    /// <summary>
    /// Inverts a distribution function by regula falsi in its Illinois form, which keeps a bracket and takes some ten evaluations.
    /// </summary>
    private double Invert(double share, double low, double high, Func<PredictiveMixture, double, double> cumulative)
    {
        double atLow = cumulative(this, low) - share;
        double atHigh = cumulative(this, high) - share;
        if (atLow >= 0 || atHigh <= 0)
        {
            return atLow >= 0 ? low : high;
        }

        int side = 0;
        for (int i = 0; i < MaxSteps && high - low > Tolerance * Math.Max(1e-3, Math.Abs(high)); i++)
        {
            // Every fourth step halves the bracket, so that flat stretches cannot stall it.
            double next = i % 4 == 3 ? low + ((high - low) / 2) : ((low * atHigh) - (high * atLow)) / (atHigh - atLow);
            double at = cumulative(this, next) - share;
            if (Math.Abs(at) < Tolerance)
            {
                return next;
            }

            if (at < 0)
            {
                low = next;
                atLow = at;
                atHigh /= side < 0 ? 2 : 1;
                side = -1;
            }
            else
            {
                high = next;
                atHigh = at;
                atLow /= side > 0 ? 2 : 1;
                side = 1;
            }
        }

        return low + ((high - low) / 2);
    }
}
