namespace Vouch.Optimizer.Forecasting;

/// <summary>A finite family of curve shapes with prior weights.</summary>
internal sealed class CurveFamily
{
    private const int Steps = 200;
    private const int ShareSteps = 40;

    private readonly (double Prior, double Parameter, double Power)[] _shapes;
    private readonly double _reference;
    private readonly bool _rising;

    private CurveFamily((double Prior, double Parameter, double Power)[] shapes, double reference, bool rising)
    {
        _shapes = shapes;
        _reference = reference;
        _rising = rising;
    }

    public int Count => _shapes.Length;

    /// <summary>
    /// Render time: a straight line in the samples, setup + n * rate, with both parts non-negative. The shape is the share of setup in the time at
    /// <paramref name="reference"/> samples; every share from 0 to 1 is equally likely beforehand.
    /// </summary>
    public static CurveFamily Time(double reference)
    {
        var shapes = new (double, double, double)[Steps + 1];
        for (int i = 0; i <= Steps; i++)
        {
            shapes[i] = (1.0 / (Steps + 1), i / (double)Steps, 1);
        }

        return new CurveFamily(shapes, reference, rising: true);
    }

    /// <summary>
    /// Noise: the square root of a variance with a part that falls as 1/n (independent samples) and a part that falls as n^-p, 1 &lt; p &lt;= 2
    /// (stratified or low-discrepancy samples: p = 3/2 at edges in the plane, 2 where the integrand is smooth). The shape is the share of the second part
    /// at <paramref name="reference"/> samples and its p. Over more samples the slope therefore returns towards -1/2, as theory says it must.
    /// </summary>
    /// <remarks>Source of the rates: A. B. Owen, <i>Monte Carlo Theory, Methods and Examples</i>, 2013, chapters 10 and 16 (stratified and scrambled-net sampling).</remarks>
    public static CurveFamily Noise(double reference, double plainWeight)
    {
        double[] powers = [1.25, 1.5, 1.75, 2];
        var shapes = new List<(double, double, double)>();
        if (plainWeight > 0)
        {
            shapes.Add((plainWeight, 0, 1));
        }

        if (plainWeight < 1)
        {
            foreach (double power in powers)
            {
                for (int i = 0; i < ShareSteps; i++)
                {
                    shapes.Add(((1 - plainWeight) / (ShareSteps * powers.Length), (i + 0.5) / ShareSteps, power));
                }
            }
        }

        return new CurveFamily([.. shapes], reference, rising: false);
    }

    public double PriorOf(int shape) => _shapes[shape].Prior;

    public double ParameterOf(int shape) => _shapes[shape].Parameter;

    /// <summary>The logarithm of the shape at a sample count; 0 at the reference.</summary>
    public double LogAt(int shape, double samples)
    {
        (_, double share, double power) = _shapes[shape];
        double ratio = samples / _reference;
        return _rising
            ? Math.Log(share + ((1 - share) * ratio))
            : 0.5 * Math.Log(((1 - share) / ratio) + (share * Math.Pow(ratio, -power)));
    }
}
