using Vouch.Statistics.Distributions;
using Vouch.Statistics.Location;
using Vouch.Statistics.Scale;

namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>Finds changes of level and spread as values arrive: Bayesian online change-point detection that lone outliers do not upset.</summary>
/// <remarks>
/// <para>Keeps the probabilities of how long ago the last change was. Within a run the values are normal with unknown mean and variance; one value in a hundred is allowed to come from
/// anywhere, which costs a run little and hardly moves its mean. The first 20 values only set the scale. NaN and infinite values are skipped.</para>
/// <para>Costs O(<see cref="MaximumRuns"/>) per value; no allocation once warm. Not safe for concurrent use: one detector per series.</para>
/// <para>Source: R. P. Adams and D. J. C. MacKay, <i>Bayesian Online Changepoint Detection</i>, arXiv:0710.3742, 2007; the outlier part follows the contamination model of P. J. Huber, 1964.</para>
/// </remarks>
public sealed class OnlineChangeDetector
{
    private const int WarmUp = 20;
    private const double Contamination = 0.01;

    /// <summary>A stray value is taken to be anywhere within fifty of the first deviations to either side.</summary>
    private const double StrayDensity = 0.01;

    private readonly List<double> _first = new(WarmUp);
    private readonly double _hazard;
    private readonly double[] _log;
    private readonly double[] _weight;
    private readonly double[] _mean;
    private readonly double[] _scatter;
    private readonly int[] _length;
    private int _runs;
    private double _centre;
    private double _unit;
    private int _quiet;

    /// <summary>Makes a detector.</summary>
    /// <param name="expectedRun">How many values usually lie between two changes, in [2, 1e9]; the default is 250.</param>
    /// <param name="maximumRuns">How many run lengths are kept in mind, in [16, 65536]; the default is 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public OnlineChangeDetector(double expectedRun = 250, int maximumRuns = 256)
    {
        if (!(expectedRun is >= 2 and <= 1e9))
        {
            throw new ArgumentOutOfRangeException(nameof(expectedRun), expectedRun, "A number in [2, 1e9] is needed.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRuns, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumRuns, 65_536);
        _hazard = 1 / expectedRun;
        MaximumRuns = maximumRuns;
        _log = new double[maximumRuns + 1];
        _weight = new double[maximumRuns + 1];
        _mean = new double[maximumRuns + 1];
        _scatter = new double[maximumRuns + 1];
        _length = new int[maximumRuns + 1];
    }

    /// <summary>Gets how many run lengths are kept in mind; the least probable are forgotten.</summary>
    public int MaximumRuns { get; }

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

    /// <summary>Takes the next value.</summary>
    /// <param name="value">The value; NaN and infinite ones are skipped.</param>
    public OnlineChange Observe(double value)
    {
        if (!double.IsFinite(value))
        {
            return new OnlineChange(0, _runs == 0 ? _first.Count : Likeliest(), false);
        }

        value = Math.Clamp(value, -1e150, 1e150);
        if (_runs == 0)
        {
            _first.Add(value);
            if (_first.Count == WarmUp)
            {
                Start();
            }

            return new OnlineChange(0, _first.Count, false);
        }

        Step(Math.Clamp((value - _centre) / _unit, -1e6, 1e6));
        return Judge();
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

        _runs = 1;
        (_log[0], _weight[0], _mean[0], _scatter[0], _length[0]) = (0, 0, 0, 0, 0);
        foreach (double value in first)
        {
            Absorb(0, (value - _centre) / _unit, 1);
            _length[0]++;
        }
    }

    private void Step(double value)
    {
        double fresh = double.NegativeInfinity;
        double most = double.NegativeInfinity;
        for (int run = 0; run < _runs; run++)
        {
            double regular = (1 - Contamination) * Density(run, value);
            double likelihood = regular + (Contamination * StrayDensity);
            Absorb(run, value, regular / likelihood);
            _length[run]++;
            double joint = _log[run] + Math.Log(likelihood);
            fresh = Join(fresh, joint + Math.Log(_hazard));
            _log[run] = joint + Math.Log(1 - _hazard);
            most = Math.Max(most, _log[run]);
        }

        (_log[_runs], _weight[_runs], _mean[_runs], _scatter[_runs], _length[_runs]) = (fresh, 0, 0, 0, 0);
        _runs++;
        most = Math.Max(most, fresh);
        int least = 0;
        for (int run = 0; run < _runs; run++)
        {
            _log[run] -= most;
            least = _log[run] < _log[least] ? run : least;
        }

        if (_runs > MaximumRuns)
        {
            _runs--;
            (_log[least], _weight[least], _mean[least], _scatter[least], _length[least]) =
                (_log[_runs], _weight[_runs], _mean[_runs], _scatter[_runs], _length[_runs]);
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

    /// <summary>A new level lies within ten of the first deviations: the prior on the mean is worth a hundredth of a value.</summary>
    private const double PriorStrength = 0.01;

    private void Absorb(int run, double value, double weight)
    {
        double total = _weight[run] + weight;
        double difference = value - _mean[run];
        _scatter[run] += weight * _weight[run] / Math.Max(total, 1e-300) * difference * difference;
        _mean[run] += weight / Math.Max(total, 1e-300) * difference;
        _weight[run] = total;
    }

    private OnlineChange Judge()
    {
        double total = 0;
        double recent = 0;
        for (int run = 0; run < _runs; run++)
        {
            double share = Math.Exp(_log[run]);
            total += share;
            recent += _length[run] <= Delay ? share : 0;
        }

        double probability = recent / total;
        int likeliest = Likeliest();

        // A run of one or two values is as likely a stray value as a change; it has to live to be told.
        bool settled = likeliest is >= 3 && likeliest <= Delay && probability > 0.5;
        _quiet = Math.Max(0, _quiet - 1);
        bool changed = settled && _quiet == 0;
        if (changed)
        {
            _quiet = Delay;
        }

        return new OnlineChange(probability, likeliest, changed);
    }

    private int Likeliest()
    {
        int best = 0;
        for (int run = 1; run < _runs; run++)
        {
            best = _log[run] > _log[best] ? run : best;
        }

        return _length[best];
    }

    private static double Join(double left, double right)
    {
        double most = Math.Max(left, right);
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(left - most) + Math.Exp(right - most));
    }
}
