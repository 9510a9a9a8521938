namespace Vouch.Optimizer.Forecasting;

/// <summary>
/// What measurements say about a positive curve y(n) = A g(n) whose height A is free and whose shape g is one of a family: Bayes' rule over the family,
/// lognormal measurement errors whose size has a prior worth <see cref="PriorDegreesOfFreedom"/> measurements.
/// </summary>
/// <remarks>
/// Given a shape, the logarithm of the height has a closed-form Student's t posterior (normal-inverse-gamma); a forecast is the mixture over shapes.
/// Nothing in it is fitted to data other than the pilot.
/// </remarks>
internal sealed class CurvePosterior
{
    public const int PriorDegreesOfFreedom = 4;

    private readonly CurveFamily _family;
    private readonly double[] _weights;
    private readonly double[] _heights;
    private readonly double[] _scales;
    private readonly int _measurements;

    public CurvePosterior(CurveFamily family, IReadOnlyList<(double Samples, double Value)> measurements, double priorDeviation)
    {
        _family = family;
        _measurements = measurements.Count;
        _weights = new double[family.Count];
        _heights = new double[family.Count];
        _scales = new double[family.Count];
        double best = double.NegativeInfinity;
        for (int shape = 0; shape < family.Count; shape++)
        {
            double mean = 0;
            foreach ((double samples, double value) in measurements)
            {
                mean += Math.Log(value) - family.LogAt(shape, samples);
            }

            mean /= _measurements;
            double squares = 0;
            foreach ((double samples, double value) in measurements)
            {
                double residual = Math.Log(value) - family.LogAt(shape, samples) - mean;
                squares += residual * residual;
            }

            double prior = PriorDegreesOfFreedom * priorDeviation * priorDeviation;
            double likelihood = Math.Log(family.PriorOf(shape)) - (DegreesOfFreedom / 2.0 * Math.Log(1 + (squares / prior)));
            best = Math.Max(best, likelihood);
            _weights[shape] = likelihood;
            _heights[shape] = mean;
            _scales[shape] = Math.Sqrt((prior + squares) / DegreesOfFreedom);
        }

        for (int shape = 0; shape < family.Count; shape++)
        {
            _weights[shape] = Math.Exp(_weights[shape] - best);
        }
    }

    public int DegreesOfFreedom => PriorDegreesOfFreedom + _measurements - 1;

    /// <summary>The posterior-mean logarithm of the curve at a sample count.</summary>
    public double LogMeanAt(double samples) => Average(shape => _heights[shape] + _family.LogAt(shape, samples));

    /// <summary>The posterior standard deviation of the logarithm of the curve (not of a new measurement) at a sample count.</summary>
    public double LogDeviationAt(double samples)
    {
        double mean = LogMeanAt(samples);
        return Math.Sqrt(Average(shape =>
        {
            double off = _heights[shape] + _family.LogAt(shape, samples) - mean;
            return (off * off) + (_scales[shape] * _scales[shape] / _measurements);
        }));
    }

    /// <summary>The posterior mean of a figure of the shape.</summary>
    public double Average(Func<int, double> figure)
    {
        double sum = 0;
        double total = 0;
        for (int shape = 0; shape < _weights.Length; shape++)
        {
            sum += _weights[shape] * figure(shape);
            total += _weights[shape];
        }

        return sum / total;
    }

    /// <summary>The posterior-mean share that the shapes' first parameter has.</summary>
    public double MeanParameter() => Average(_family.ParameterOf);

    /// <summary>What a new measurement of the curve at a sample count would be, as logarithm.</summary>
    public PredictiveMixture Predict(double samples)
    {
        var components = new (double, double, double, double)[_weights.Length];
        for (int shape = 0; shape < _weights.Length; shape++)
        {
            components[shape] = (_weights[shape], _heights[shape] + _family.LogAt(shape, samples), _scales[shape] * Math.Sqrt(1 + (1.0 / _measurements)), 1);
        }

        return new PredictiveMixture(components, DegreesOfFreedom);
    }
}
