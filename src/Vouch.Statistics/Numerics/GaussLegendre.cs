namespace Vouch.Statistics.Numerics;

/// <summary>Gauss-Legendre quadrature of a decaying integrand over [0, infinity), in panels.</summary>
internal static class GaussLegendre
{
    private const int Points = 20;
    private const int MaxPanels = 400;
    private static readonly (double Node, double Weight)[] Rule = MakeRule();

    /// <summary>The integral from 0 on of a positive, decreasing, smooth function whose scale is 1.</summary>
    public static double Tail<TIntegrand>(in TIntegrand integrand)
        where TIntegrand : struct, IIntegrand
    {
        const double width = 2;
        double total = 0;
        for (int panel = 0; panel < MaxPanels; panel++)
        {
            double sum = 0;
            foreach ((double node, double weight) in Rule)
            {
                sum += weight * integrand.At(width * (panel + node));
            }

            total += sum;
            if (sum <= total * 1e-18)
            {
                break;
            }
        }

        return total * width;
    }

    // Nodes and weights on [0, 1]: Newton's method on the Legendre polynomial.
    private static (double Node, double Weight)[] MakeRule()
    {
        var rule = new (double, double)[Points];
        for (int i = 0; i < Points; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (Points + 0.5));
            double slope = 1;
            for (int step = 0; step < 8; step++)
            {
                double previous = 1;
                double current = x;
                for (int k = 2; k <= Points; k++)
                {
                    (previous, current) = (current, ((((2 * k) - 1) * x * current) - ((k - 1) * previous)) / k);
                }

                slope = Points * ((x * current) - previous) / ((x * x) - 1);
                x -= current / slope;
            }

            rule[i] = ((1 - x) / 2, 1 / ((1 - (x * x)) * slope * slope));
        }

        return rule;
    }
}

/// <summary>A function to integrate; a struct, so that the call is direct.</summary>
internal interface IIntegrand
{
    double At(double v);
}
