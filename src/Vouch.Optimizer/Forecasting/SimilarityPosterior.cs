namespace Vouch.Optimizer.Forecasting;

/// <summary>
/// What measured similarities say about structural similarity as a function of noise: 1 - SSIM = A q / (1 + q) with q = (v / K)^b, v the noise variance.
/// </summary>
/// <remarks>
/// In one window with signal variance s and noise variance v, the structure term of SSIM is (2s + C) / (2s + v + C) in expectation, so 1 - SSIM = v / (v + K) with
/// K = 2s + C: b = 1 and A = 1. An image mixes windows whose K spread over decades; a spread in K flattens the rise (b &lt; 1: a log-logistic mixture), and windows
/// that noise hardly reaches leave a ceiling A &lt; 1. b in [0.5, 1] and A in [0.3, 1] are equally likely beforehand, K is free, and the pilot decides.
/// Source of SSIM: Z. Wang et al., <i>Image quality assessment: from error visibility to structural similarity</i>, IEEE TIP 13(4), 2004.
/// </remarks>
internal sealed class SimilarityPosterior
{
    private const int CeilingSteps = 14;
    private const int PowerSteps = 25;

    private readonly List<(double Weight, double Ceiling, double Power, double Center, double Scale)> _shapes = [];
    private readonly int _measurements;

    /// <param name="measurements">Logarithms of the noise variance and 1 - SSIM in (0, 1).</param>
    /// <param name="priorDeviation">Of one measured log-odds.</param>
    public SimilarityPosterior(IReadOnlyList<(double LogVariance, double Distortion)> measurements, double priorDeviation)
    {
        _measurements = measurements.Count;
        double best = double.NegativeInfinity;
        double prior = CurvePosterior.PriorDegreesOfFreedom * priorDeviation * priorDeviation;
        for (int i = 0; i <= CeilingSteps; i++)
        {
            double ceiling = 1 - (0.7 * i / CeilingSteps);
            if (measurements.Any(measurement => measurement.Distortion >= ceiling))
            {
                continue;
            }

            for (int j = 0; j <= PowerSteps; j++)
            {
                double power = 0.5 + (0.5 * j / PowerSteps);
                double mean = measurements.Average(measurement => LogOdds(measurement.Distortion, ceiling) - (power * measurement.LogVariance));
                double squares = 0;
                foreach ((double logVariance, double distortion) in measurements)
                {
                    double residual = LogOdds(distortion, ceiling) - (power * logVariance) - mean;
                    squares += residual * residual;
                }

                double likelihood = -DegreesOfFreedom / 2.0 * Math.Log(1 + (squares / prior));
                best = Math.Max(best, likelihood);
                _shapes.Add((likelihood, ceiling, power, mean, Math.Sqrt((prior + squares) / DegreesOfFreedom)));
            }
        }

        for (int i = 0; i < _shapes.Count; i++)
        {
            _shapes[i] = _shapes[i] with { Weight = Math.Exp(_shapes[i].Weight - best) };
        }
    }

    public int DegreesOfFreedom => CurvePosterior.PriorDegreesOfFreedom + _measurements - 1;

    /// <summary>What 1 - SSIM would be measured as where the logarithm of the noise variance is known up to a standard deviation.</summary>
    public PredictiveMixture Predict(double logVariance, double logVarianceDeviation) => new(
        [.. _shapes.Select(shape =>
        {
            double spread = shape.Power * logVarianceDeviation;
            double scale = Math.Sqrt((shape.Scale * shape.Scale * (1 + (1.0 / _measurements))) + (spread * spread));
            return (shape.Weight, shape.Center + (shape.Power * logVariance), scale, shape.Ceiling);
        })],
        DegreesOfFreedom);

    private static double LogOdds(double distortion, double ceiling) => Math.Log(distortion / (ceiling - distortion));
}
