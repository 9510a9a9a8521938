namespace Vouch.Statistics.Numerics;

/// <summary>Elementary functions without the cancellation of their textbook forms.</summary>
internal static class Smooth
{
    public const double HalfLogTwoPi = 0.91893853320467274178;
    public const double Ln2 = 0.69314718055994530942;

    /// <summary>log(1 + x), accurate for small x.</summary>
    public static double Log1P(double x)
    {
        if (Math.Abs(x) >= 0.5)
        {
            return Math.Log(1 + x);
        }

        // Rounding of 1 + x is undone to first order (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 1.14.1).
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>exp(x) - 1, accurate for small x.</summary>
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) >= 0.5)
        {
            return Math.Exp(x) - 1;
        }

        double power = Math.Exp(x);
        return power == 1 ? x : (power - 1) * (x / Math.Log(power));
    }

    /// <summary>log(1 + x) - x.</summary>
    public static double Log1PMinusX(double x)
    {
        if (x is < -0.5 or > 0.75)
        {
            return Math.Log(1 + x) - x;
        }

        // log(1 + x) = 2 artanh(r) with r = x / (2 + x); the linear part cancels in closed form: 2r - x = -x r.
        double r = x / (2 + x);
        double square = r * r;
        double sum = 0;
        double power = square;
        for (int k = 3; k < 80; k += 2)
        {
            double term = power / k;
            sum += term;
            if (term <= sum * 1e-17)
            {
                break;
            }

            power *= square;
        }

        return r * ((2 * sum) - x);
    }

    /// <summary>exp(x) - 1 - x.</summary>
    public static double ExpM1MinusX(double x)
    {
        if (Math.Abs(x) >= 0.7)
        {
            return Math.Exp(x) - 1 - x;
        }

        double term = x * x / 2;
        double sum = term;
        for (int k = 3; k < 40 && Math.Abs(term) > Math.Abs(sum) * 1e-17; k++)
        {
            term *= x / k;
            sum += term;
        }

        return sum;
    }

    /// <summary>log(1 - exp(x)) for x &lt;= 0.</summary>
    public static double Log1MExp(double x) => x > -Ln2 ? Math.Log(-ExpM1(x)) : Log1P(-Math.Exp(x));

    /// <summary>The part of log gamma that Stirling's formula leaves: log gamma(z) - ((z - 1/2) log z - z + log(2 pi) / 2), for z &gt; 0.</summary>
    /// <remarks>Source: NIST DLMF 5.11.1; below 10 by its recurrence, in which nothing cancels by more than one rounding.</remarks>
    public static double StirlingCorrection(double z)
    {
        double sum = 0;
        while (z < 10)
        {
            sum += ((z + 0.5) * Log1PInverse(z)) - 1;
            z += 1;
        }

        if (z > 1e16)
        {
            return sum + (1 / (12 * z));
        }

        double s = 1 / (z * z);
        double tail = (-3617.0 / 122400 * s) + (1.0 / 156);
        tail = (tail * s) - (691.0 / 360360);
        tail = (tail * s) + (1.0 / 1188);
        tail = (tail * s) - (1.0 / 1680);
        tail = (tail * s) + (1.0 / 1260);
        tail = (tail * s) - (1.0 / 360);
        return sum + (((tail * s) + (1.0 / 12)) / z);
    }

    // log(1 + 1/z) for z > 0.
    private static double Log1PInverse(double z) => z < 1 ? Log1P(z) - Math.Log(z) : Log1P(1 / z);
}
