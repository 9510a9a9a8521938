namespace Vouch.Optimizer.Forecasting;

/// <summary>A weighted mixture of Student's t distributions on a line: what a forecast knows about one figure, on the scale it was fitted on.</summary>
internal sealed class PredictiveMixture
{
    // Below this share of the weight a component moves no quantile that anyone asks for.
    private const double Negligible = 1e-10;

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
        _low = _components.Min(static component => component.Center - (1e4 * component.Scale));
        _high = _components.Max(static component => component.Center + (1e4 * component.Scale));
    }

    /// <summary>The value below which the given share of the mixture lies.</summary>
    public double Quantile(double share) => Bisect(share, _low, _high, static (mixture, x) => mixture.Cumulative(x));

    /// <summary>
    /// The same for components that give the log-odds of d / ceiling: the value of d in [0, 1] below which the given share lies.
    /// </summary>
    public double ShareQuantile(double share) => Bisect(share, 0, 1, static (mixture, x) => mixture.CumulativeShare(x));

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

    private double Bisect(double share, double low, double high, Func<PredictiveMixture, double, double> cumulative)
    {
        // 60 halvings reach the spacing of doubles of any range met here.
        for (int i = 0; i < 60 && low < high; i++)
        {
            double middle = low + ((high - low) / 2);
            if (cumulative(this, middle) < share)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low + ((high - low) / 2);
    }
}
