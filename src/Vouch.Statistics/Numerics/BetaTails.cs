namespace Vouch.Statistics.Numerics;

/// <summary>The beta distribution in u = log(x / (1 - x)), in which its density is log-concave for all shapes.</summary>
/// <remarks>
/// Prefactor in the saddle-point form of C. Loader, <i>Fast and Accurate Computation of Binomial Probabilities</i>, 2000; the continued fraction of
/// A. DiDonato and A. Morris, ACM TOMS 18 (1992), algorithm 708, whose terms are positive on the near side of the mean; for large
/// shapes quadrature of the density relative to its value at the point. Either shape may be 1e-8 to 1e15.
/// </remarks>
internal readonly struct BetaTails(double a, double b) : ITailFunction
{
    private const double LargeShape = 500;
    private readonly double _n = a + b;
    private readonly double _logScale = LogScale(a, b);

    public Tails At(double u)
    {
        (double small, double large, double logSmall, double logLarge) = Split(u);
        return u < 0 ? At(small, large, logSmall, logLarge) : At(large, small, logLarge, logSmall);
    }

    /// <summary>Both tails at x, with y = 1 - x given apart.</summary>
    public Tails At(double x, double y) => At(x, y, LogOf(x, y), LogOf(y, x));

    /// <summary>log(x^a y^b / B(a, b)), the density in u.</summary>
    public double LogDensity(double x, double y) => LogDensity(x, y, LogOf(x, y), LogOf(y, x));

    /// <summary>The same at u = log(x / y).</summary>
    public double LogDensity(double u)
    {
        (double small, double large, double logSmall, double logLarge) = Split(u);
        return u < 0 ? LogDensity(small, large, logSmall, logLarge) : LogDensity(large, small, logLarge, logSmall);
    }

    // The smaller and the larger of x and 1 - x, and their logarithms.
    private static (double Small, double Large, double LogSmall, double LogLarge) Split(double u)
    {
        double power = Math.Exp(-Math.Abs(u));
        double logLarge = -Smooth.Log1P(power);
        return (power / (1 + power), 1 / (1 + power), logLarge - Math.Abs(u), logLarge);
    }

    private static double LogOf(double x, double y) => x > 0.5 ? Smooth.Log1P(-y) : Math.Log(x);

    private static double LogScale(double a, double b)
    {
        // a b / (a + b) without overflow.
        double harmonic = Math.Min(a, b) / (1 + (Math.Min(a, b) / Math.Max(a, b)));
        return (0.5 * Math.Log(harmonic)) - Smooth.HalfLogTwoPi + Smooth.StirlingCorrection(a + b) - Smooth.StirlingCorrection(a) - Smooth.StirlingCorrection(b);
    }

    private double LogDensity(double x, double y, double logX, double logY)
    {
        double gap = (a * y) - (b * x);
        return _logScale + Deviance(a, -gap / a, logX, Math.Log(a / _n)) + Deviance(b, gap / b, logY, Math.Log(b / _n));
    }

    // shape * (log(1 + z) - z), where 1 + z = x / mean.
    private static double Deviance(double shape, double z, double logX, double logMean) =>
        shape * (Math.Abs(z) < 0.5 ? Smooth.Log1PMinusX(z) : logX - logMean - z);

    private Tails At(double x, double y, double logX, double logY)
    {
        double logDensity = LogDensity(x, y, logX, logY);
        bool lower = a * y > b * x;
        double logRatio = Math.Min(a, b) > LargeShape ? Math.Log(Integrate(x, y, lower ? -1 : 1))
            : lower ? -LogFraction(a, b, x, y)
            : -LogFraction(b, a, y, x);
        return lower ? Tails.OfLower(logDensity, logRatio) : Tails.OfUpper(logDensity, logRatio);
    }

    private static double LogFraction(double a, double b, double x, double y)
    {
        double gap = (a * y) - (b * x) + 1;
        double value = a * gap / (a + 1);
        double c = value;
        double d = 0;
        for (int m = 1; m < 200_000; m++)
        {
            double twice = a + (2.0 * m) - 1;
            double numerator = (a + m - 1) / twice * ((a + b + m - 1) * x) * m * ((b - m) * x) / twice;
            double denominator = m + (m * ((b - m) * x) / twice) + ((a + m) / (twice + 2) * (gap + (m * (1 + y))));
            d = 1 / ((numerator * d) + denominator);
            c = denominator + (numerator / c);
            double factor = c * d;
            value *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
            {
                break;
            }
        }

        return Math.Log(value);
    }

    private double Integrate(double x, double y, int direction)
    {
        double gap = (a * y) - (b * x);
        double h = 1 / Math.Max(Math.Abs(gap), Math.Sqrt(Math.Min(a, b) / (1 + (Math.Min(a, b) / Math.Max(a, b)))));
        return x <= y
            ? h * DoubleExponential.Tail(new Integrand(_n, x, gap, direction * h))
            : h * DoubleExponential.Tail(new Integrand(_n, y, -gap, -direction * h));
    }

    // Density in u relative to its value at the point, at distance w: exp(gap w - n (log(1 + x (e^w - 1)) - x w)), for x <= 1/2.
    private readonly struct Integrand(double n, double x, double gap, double h) : IIntegrand
    {
        public double At(double v)
        {
            double w = h * v;
            double bend = Smooth.Log1PMinusX(x * Smooth.ExpM1(w)) + (x * Smooth.ExpM1MinusX(w));
            return Math.Exp((gap * w) - (n * bend));
        }
    }
}
