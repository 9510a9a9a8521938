namespace Vouch.Statistics.Numerics;

/// <summary>The gamma distribution of shape <c>a</c> and scale 1 in u = log x, in which its density is log-concave for every shape.</summary>
/// <remarks>
/// Prefactor in the saddle-point form of C. Loader, <i>Fast and Accurate Computation of Binomial Probabilities</i>, 2000; power series and Legendre's
/// continued fraction (NIST DLMF 8.7.1, 8.9.2); for large shapes quadrature of the density relative to its value at the point.
/// </remarks>
internal readonly struct GammaTails(double a) : ITailFunction
{
    private const double LargeShape = 2000;
    private readonly double _logScale = (0.5 * Math.Log(a)) - Smooth.HalfLogTwoPi - Smooth.StirlingCorrection(a);

    public Tails At(double u) => At(Math.Exp(u), u);

    public Tails At(double x, double logX)
    {
        double z = (x - a) / a;
        double phi = Math.Abs(z) < 0.5 ? Smooth.Log1PMinusX(z) : logX - Math.Log(a) - z;
        double logDensity = _logScale + (a * phi);
        if (a > LargeShape)
        {
            return x < a ? Tails.OfLower(logDensity, Math.Log(Integrate(x, -1))) : Tails.OfUpper(logDensity, Math.Log(Integrate(x, 1)));
        }

        return x < Math.Max(a, 1) ? Tails.OfLower(logDensity, Math.Log(Series(x))) : Tails.OfUpper(logDensity, LogFraction(x));
    }

    private double Series(double x)
    {
        double term = 1 / a;
        double sum = term;
        for (double n = 1; term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    // Modified Lentz. At infinity the fraction is 1 / x.
    private double LogFraction(double x)
    {
        if (x > 1e300)
        {
            return -Math.Log(x);
        }

        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double value = d;
        for (int n = 1; n < 100_000; n++)
        {
            double coefficient = -n * (n - a);
            b += 2;
            d = 1 / ((coefficient * d) + b);
            c = b + (coefficient / c);
            double factor = c * d;
            value *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
            {
                break;
            }
        }

        return Math.Log(value);
    }

    private double Integrate(double x, int direction)
    {
        double rate = x - a;
        double h = 1 / Math.Max(Math.Sqrt(a), Math.Abs(rate));
        return h * DoubleExponential.Tail(new Integrand(a, rate, direction * h));
    }

    // Density in log t relative to its value at x, t = x (1 + s) and dt / t = ds / (1 + s).
    private readonly struct Integrand(double a, double rate, double h) : IIntegrand
    {
        public double At(double v)
        {
            double s = h * v;
            return s <= -1 ? 0 : Math.Exp((a * Smooth.Log1PMinusX(s)) - (rate * s)) / (1 + s);
        }
    }
}
