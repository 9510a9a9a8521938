namespace Vouch.Statistics.Numerics;

/// <summary>The two tail probabilities at a point, of which one was computed directly, and the density in the solver's variable. All as logarithms.</summary>
internal readonly struct Tails
{
    private readonly double _log;
    private readonly bool _isLower;

    private Tails(double log, bool isLower, double logDensity)
    {
        _log = Math.Min(log, 0);
        _isLower = isLower;
        LogDensity = logDensity;
    }

    public double LogDensity { get; }

    public double LogLower => _isLower ? _log : Smooth.Log1MExp(_log);

    public double LogUpper => _isLower ? Smooth.Log1MExp(_log) : _log;

    public double Lower => _isLower ? Math.Exp(_log) : -Smooth.ExpM1(_log);

    public double Upper => _isLower ? -Smooth.ExpM1(_log) : Math.Exp(_log);

    public static Tails OfLower(double log, double logDensity) => new(log, isLower: true, logDensity);

    public static Tails OfUpper(double log, double logDensity) => new(log, isLower: false, logDensity);

    public Tails Mirrored() => new(_log, !_isLower, LogDensity);
}

/// <summary>A distribution over the whole line whose density is log-concave in the solver's variable.</summary>
internal interface ITailFunction
{
    /// <summary>Both tails at <paramref name="u"/>.</summary>
    Tails At(double u);
}

/// <summary>Quantiles by Newton's method on the logarithm of the smaller tail.</summary>
/// <remarks>
/// The tails of a log-concave density are log-concave (Prekopa 1973), so the tangent lies above the curve: whatever the start, after one
/// step the iterates approach the root from one side and never pass it. No bracket is needed.
/// </remarks>
internal static class QuantileSolver
{
    private const int MaxSteps = 200;

    /// <summary>The point whose lower tail is <paramref name="p"/>; <paramref name="q"/> is 1 - p without its rounding. Both lie in (0, 1).</summary>
    /// <param name="function">The distribution.</param>
    /// <param name="p">The lower tail.</param>
    /// <param name="q">The upper tail.</param>
    /// <param name="start">Any point.</param>
    /// <param name="scale">About the standard deviation in the solver's variable: a step far below it is noise.</param>
    public static double Solve<TFunction>(in TFunction function, double p, double q, double start, double scale)
        where TFunction : struct, ITailFunction
    {
        bool lower = p <= q;
        double target = Math.Log(lower ? p : q);
        double u = start;
        double last = double.PositiveInfinity;
        for (int i = 0; i < MaxSteps; i++)
        {
            Tails tails = function.At(u);
            double log = lower ? tails.LogLower : tails.LogUpper;
            double slope = Math.Exp(tails.LogDensity - log);
            double step;
            if (slope > 0 && double.IsFinite(slope) && double.IsFinite(log))
            {
                step = (target - log) / slope;
            }
            else
            {
                // Too far inside the other tail for the slope to be seen: walk towards the wanted one.
                step = -8 * scale * (1 + i);
            }

            step = lower ? step : -step;
            u += step;
            double size = Math.Abs(step);
            if (size <= 1e-16 * Math.Max(Math.Abs(u), scale) || (size < 1e-11 * Math.Max(Math.Abs(u), scale) && size >= last))
            {
                break;
            }

            last = size;
        }

        return u;
    }
}
