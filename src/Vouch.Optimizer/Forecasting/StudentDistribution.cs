namespace Vouch.Optimizer.Forecasting;

/// <summary>
/// The cumulative distribution of Student's t for a whole number of degrees of freedom, by its finite series. Mixtures of hundreds of components are
/// inverted by bisection, for which the general incomplete beta function would be some fifty times as slow.
/// </summary>
/// <remarks>Source: M. Abramowitz, I. A. Stegun, <i>Handbook of Mathematical Functions</i>, 1964, 26.7.3 and 26.7.4.</remarks>
internal static class StudentDistribution
{
    // Beyond this the square overflows, and what is left of any tail is below the resolution of 1.
    private const double Far = 1e100;

    public static double Cumulative(double t, int degreesOfFreedom)
    {
        if (Math.Abs(t) > Far)
        {
            return t > 0 ? 1 : 0;
        }

        double slope = t / Math.Sqrt(degreesOfFreedom);
        double square = 1 / (1 + (slope * slope));
        double cosine = Math.Sqrt(square);
        double sine = slope * cosine;
        double symmetric;
        if (degreesOfFreedom % 2 == 0)
        {
            double term = 1;
            double sum = 1;
            for (int k = 2; k < degreesOfFreedom; k += 2)
            {
                term *= (k - 1.0) / k * square;
                sum += term;
            }

            symmetric = sine * sum;
        }
        else
        {
            double term = cosine;
            double sum = degreesOfFreedom > 1 ? cosine : 0;
            for (int k = 3; k < degreesOfFreedom; k += 2)
            {
                term *= (k - 1.0) / k * square;
                sum += term;
            }

            symmetric = 2 / Math.PI * (Math.Atan(slope) + (sine * sum));
        }

        return Math.Clamp(0.5 + (0.5 * symmetric), 0, 1);
    }
}
