namespace Vouch.Statistics.Numerics;

/// <summary>The two tail probabilities at a point, of which one was computed directly, as a multiple of the density in the solver's variable.</summary>
internal readonly struct Tails
{
    private readonly double _logDensity;
    private readonly double _logRatio;
    private readonly bool _isLower;

    private Tails(double logDensity, double logRatio, bool isLower)
    {
        _logDensity = logDensity;
        _logRatio = logRatio;
        _isLower = isLower;
    }

    public double LogLower => _isLower ? Direct : Smooth.Log1MExp(Direct);

    public double LogUpper => _isLower ? Smooth.Log1MExp(Direct) : Direct;

    public double Lower => _isLower ? Math.Exp(Direct) : -Smooth.ExpM1(Direct);

    public double Upper => _isLower ? -Smooth.ExpM1(Direct) : Math.Exp(Direct);

    /// <summary>The derivative of the logarithm of the lower tail.</summary>
    public double LowerSlope => Math.Exp(_isLower ? -_logRatio : _logDensity - LogLower);

    /// <summary>The derivative of the logarithm of the upper tail, with the sign changed.</summary>
    public double UpperSlope => Math.Exp(_isLower ? _logDensity - LogUpper : -_logRatio);

    private double Direct => Math.Min(_logDensity + _logRatio, 0);

    public static Tails OfLower(double logDensity, double logRatio) => new(logDensity, logRatio, isLower: true);

    public static Tails OfUpper(double logDensity, double logRatio) => new(logDensity, logRatio, isLower: false);
}
