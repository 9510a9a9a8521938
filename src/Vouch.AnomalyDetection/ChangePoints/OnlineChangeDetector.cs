using Vouch.Statistics.Distributions;
using Vouch.Statistics.Location;
using Vouch.Statistics.Scale;

namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>Finds changes of level and spread as values arrive: Bayesian online change-point detection that lone outliers do not upset.</summary>
/// <remarks>
/// <para>Keeps the probabilities of how long ago the last change was. Within a run the values are normal with unknown mean and variance; one value in a hundred is allowed to come from
/// anywhere, which costs a run little and hardly moves its mean. The first 20 values only set the scale, unless <see cref="Scale"/> does. NaN and infinite values are skipped.</para>
/// <para>Costs O(<see cref="MaximumRuns"/>) per value; no allocation once warm. Not safe for concurrent use: one detector per series.</para>
/// <para>Source: R. P. Adams and D. J. C. MacKay, <i>Bayesian Online Changepoint Detection</i>, arXiv:0710.3742, 2007; the outlier part follows the contamination model of P. J. Huber, 1964.</para>
/// </remarks>
public sealed class OnlineChangeDetector
{
    private const int WarmUp = 20;
    private const double Contamination = 0.01;

    /// <summary>A stray value is taken to be anywhere within fifty of the first deviations to either side.</summary>
    private const double StrayDensity = 0.01;

    /// <summary>A new level lies within ten of the first deviations: the prior on the mean is worth a hundredth of a value.</summary>
    private const double PriorStrength = 0.01;

    /// <summary>A run of one or two values is as likely a stray value as a change; it has to live to be told.</summary>
    private const int ShortestRun = 3;

    private readonly List<double> _first = new(WarmUp);
    private readonly RunLengths _runs;
    private readonly double[] _weight;
    private readonly double[] _mean;
    private readonly double[] _scatter;
    private readonly double[] _likelihood;
    private double _centre;
    private double _unit;

    /// <summary>Makes a detector.</summary>
    /// <param name="expectedRun">How many values usually lie between two changes, in [2, 1e9]; the default is 250.</param>
    /// <param name="maximumRuns">How many run lengths are kept in mind, in [16, 65536]; the default is 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public OnlineChangeDetector(double expectedRun = 250, int maximumRuns = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRuns, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumRuns, 65_536);
        _runs = new RunLengths(expectedRun, maximumRuns);
        _weight = new double[maximumRuns + 1];
        _mean = new double[maximumRuns + 1];
        _scatter = new double[maximumRuns + 1];
        _likelihood = new double[maximumRuns + 1];
    }

    /// <summary>Gets how many run lengths are kept in mind; the least probable are forgotten.</summary>
    public int MaximumRuns => _runs.Maximum;

    /// <summary>Gets how many of the latest values a change must lie within to be announced.</summary>
    /// <value>A number of at least 2. The default is 8.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set below 2.</exception>
    public int Delay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            field = value;
        }
    } = 8;

    /// <summary>Gets the usual deviation of values about their level, where it is known beforehand, such as from other series of the same kind.</summary>
    /// <value>A number in (0, 1e150], or null (the default): the first 20 values set the scale, and no change is told among them.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside its range.</exception>
    public double? Scale
    {
        get;
        init
        {
            if (value is not (null or (> 0 and <= 1e150)))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A number in (0, 1e150] is needed.");
            }

            field = value;
        }
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">The value; NaN and infinite ones are skipped.</param>
    public OnlineChange Observe(double value)
    {
        if (!double.IsFinite(value))
        {
            return new OnlineChange(0, _runs.Count == 0 ? _first.Count : _runs.Likeliest(), false);
        }

        value = Math.Clamp(value, -1e150, 1e150);
        if (_runs.Count == 0 && Scale is { } scale)
        {
            (_centre, _unit) = (value, scale);
            _runs.BeginEarlier(mayChangeNow: false);
        }

        if (_runs.Count == 0)
        {
            _first.Add(value);
            if (_first.Count == WarmUp)
            {
                Start();
            }

            return new OnlineChange(0, _first.Count, false);
        }

        Step(Math.Clamp((value - _centre) / _unit, -1e6, 1e6));
        return _runs.Judge(Delay, ShortestRun);
    }

    private void Start()
    {
        double[] first = [.. _first];
        _centre = Quantile.Median(first);
        _unit = MedianAbsoluteDeviation.Of(first);
        if (!(_unit > 0))
        {
            _unit = first.Average(value => Math.Abs(value - _centre));
        }

        if (!(_unit > 0))
        {
            _unit = Math.Max(Math.Abs(_centre) * 1e-3, 1e-9);
        }

        _runs.Begin(first.Length);
        foreach (double value in first)
        {
            Absorb(0, (value - _centre) / _unit, 1);
        }
    }

    private void Step(double value)
    {
        int runs = _runs.Count;
        for (int run = 0; run < runs; run++)
        {
            double regular = (1 - Contamination) * Density(run, value);
            _likelihood[run] = regular + (Contamination * StrayDensity);
            Absorb(run, value, regular / _likelihood[run]);
        }

        (_weight[runs], _mean[runs], _scatter[runs]) = (0, 0, 0);
        _runs.Step(_likelihood.AsSpan(0, runs), out int forgotten);
        if (forgotten >= 0)
        {
            (_weight[forgotten], _mean[forgotten], _scatter[forgotten]) = (_weight[runs], _mean[runs], _scatter[runs]);
        }
    }

    /// <summary>The predictive density of a run: Student's t from a prior worth one value of the first scale, centred anywhere near.</summary>
    private double Density(int run, double value)
    {
        double strength = PriorStrength + _weight[run];
        double mean = _weight[run] * _mean[run] / strength;
        double shape = 1 + (0.5 * _weight[run]);
        double scatter = 1 + (0.5 * _scatter[run]) + (0.5 * PriorStrength * _weight[run] * _mean[run] * _mean[run] / strength);
        double squared = scatter * (strength + 1) / (shape * strength);
        double t = value - mean;
        double logDensity = SpecialFunctions.LogGamma(shape + 0.5) - SpecialFunctions.LogGamma(shape)
            - (0.5 * Math.Log(2 * Math.PI * shape * squared)) - ((shape + 0.5) * Math.Log(1 + (t * t / (2 * shape * squared))));
        return Math.Exp(logDensity);
    }

    private void Absorb(int run, double value, double weight)
    {
        double total = _weight[run] + weight;
        double difference = value - _mean[run];
        _scatter[run] += weight * _weight[run] / Math.Max(total, 1e-300) * difference * difference;
        _mean[run] += weight / Math.Max(total, 1e-300) * difference;
        _weight[run] = total;
    }
}
