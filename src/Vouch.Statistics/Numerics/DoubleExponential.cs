namespace Vouch.Statistics.Numerics;

/// <summary>The double exponential rule for a decaying integrand over [0, infinity).</summary>
/// <remarks>Source: H. Takahasi, M. Mori, <i>Double Exponential Formulas for Numerical Integration</i>, Publ. RIMS 9 (1974), the rule v = exp(s - exp(-s)).</remarks>
internal static class DoubleExponential
{
    private const double Step = 1.0 / 16;
    private static readonly (double Node, double Weight)[] Rule = MakeRule();

    /// <summary>The integral from 0 on of a positive, decreasing, smooth function that falls at least as exp(-v) or exp(-v^2 / 2) does.</summary>
    public static double Tail<TIntegrand>(in TIntegrand integrand)
        where TIntegrand : struct, IIntegrand
    {
        double total = 0;
        foreach ((double node, double weight) in Rule)
        {
            double term = weight * integrand.At(node);
            total += term;
            if (node > 1 && term <= total * 1e-17)
            {
                break;
            }
        }

        return total;
    }

    private static (double Node, double Weight)[] MakeRule()
    {
        var rule = new List<(double, double)>();
        for (double s = -3.75; s <= 4; s += Step)
        {
            double decay = Math.Exp(-s);
            double node = Math.Exp(s - decay);
            rule.Add((node, Step * node * (1 + decay)));
        }

        return [.. rule];
    }
}
