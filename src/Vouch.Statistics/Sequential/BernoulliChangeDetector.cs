using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sequential;

/// <summary>Watches a stream of passes and failures for the moment from which it fails more often than tolerated, however long it was good before.</summary>
/// <remarks>
/// <para>An e-detector: at every observation a new likelihood-ratio test starts, and the evidence is the weighted sum of all of them,
/// <c>M(t) = (M(t-1) + w(t)) L(t)</c>, mixed over four alternatives spaced evenly in the logarithm between the tolerated rate and 0.9. A long good
/// record therefore cannot outweigh what comes after it, as it does in a test of the whole record.</para>
/// <para>The promise depends on the start weights. <see cref="WithRunLength"/> (all weights 1, Shiryaev-Roberts): while the rate stays within the tolerated
/// one, the mean number of observations up to a false alarm is at least the run length, since M(t) - t is a supermartingale.
/// <see cref="WithLifetimeAlarm"/> (weights 1/log2(t+1) - 1/log2(t+2), which add up to 1): the chance of a false alarm <i>ever</i> is at most alpha
/// (Ville's inequality); a change after n observations costs about log n + 2 log log n more evidence than one at the start.</para>
/// <para>Source: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", <i>New England Journal of
/// Statistics in Data Science</i> 2(2), 2024; G. Lorden, "Procedures for reacting to a change in distribution", <i>Annals of Mathematical Statistics</i> 42, 1971.</para>
/// <para>Constant time and memory, no allocation per observation. One observer at a time: not safe for concurrent <see cref="Add"/>.</para>
/// </remarks>
public sealed class BernoulliChangeDetector
{
    private const int Alternatives = 4;
    private const double LargestAlternative = 0.9;
    private readonly double[] _ifFailed = new double[Alternatives];
    private readonly double[] _ifPassed = new double[Alternatives];
    private readonly double[] _logEvidence = new double[Alternatives];
    private readonly double[] _cumulative = new double[Alternatives];
    private readonly long[] _start = new long[Alternatives];
    private readonly bool _isLifetime;

    private BernoulliChangeDetector(double tolerated, double logThreshold, bool isLifetime)
    {
        ToleratedRate = tolerated;
        LogThreshold = logThreshold;
        _isLifetime = isLifetime;
        Array.Fill(_logEvidence, double.NegativeInfinity);
        double largest = Math.Max(LargestAlternative, (1 + tolerated) / 2);
        for (int i = 0; i < Alternatives; i++)
        {
            double share = (i + 1) / (double)Alternatives;
            double rate = Math.Exp(((1 - share) * Math.Log(tolerated)) + (share * Math.Log(largest)));
            _ifFailed[i] = Math.Log(rate / tolerated);
            _ifPassed[i] = double.LogP1(-rate) - double.LogP1(-tolerated);
        }
    }

    /// <summary>Makes a detector that gives one false alarm in <paramref name="averageRunLength"/> observations or more on average.</summary>
    /// <param name="toleratedRate">The failure rate that is no cause for alarm, in (0, 1).</param>
    /// <param name="averageRunLength">The mean number of observations up to a false alarm, finite and above 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static BernoulliChangeDetector WithRunLength(double toleratedRate, double averageRunLength)
    {
        Require.Confidence(toleratedRate);
        if (!(averageRunLength > 1 && double.IsFinite(averageRunLength)))
        {
            throw new ArgumentOutOfRangeException(nameof(averageRunLength), averageRunLength, "An average run length is a finite number above 1.");
        }

        return new BernoulliChangeDetector(toleratedRate, Math.Log(averageRunLength), isLifetime: false);
    }

    /// <summary>Makes a detector whose chance of ever giving a false alarm is at most <paramref name="alpha"/>.</summary>
    /// <param name="toleratedRate">The failure rate that is no cause for alarm, in (0, 1).</param>
    /// <param name="alpha">The chance of a false alarm over all time, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static BernoulliChangeDetector WithLifetimeAlarm(double toleratedRate, double alpha)
    {
        Require.Confidence(toleratedRate);
        Require.Confidence(alpha);
        return new BernoulliChangeDetector(toleratedRate, -Math.Log(alpha), isLifetime: true);
    }

    /// <summary>Gets the failure rate that is no cause for alarm.</summary>
    public double ToleratedRate { get; }

    /// <summary>Gets the logarithm of the evidence at which the detector gives alarm: of the run length, or of 1 / alpha.</summary>
    public double LogThreshold { get; }

    /// <summary>Gets how many observations were taken.</summary>
    public long Trials { get; private set; }

    /// <summary>Gets the logarithm of the evidence now; negative infinity before the first observation.</summary>
    public double LogEvidence { get; private set; } = double.NegativeInfinity;

    /// <summary>Gets whether the evidence has ever reached the threshold.</summary>
    public bool HasAlarmed { get; private set; }

    /// <summary>Gets how many observations came before the likeliest moment of the change: where to begin looking back.</summary>
    /// <value>A count in [0, <see cref="Trials"/>]; equal to <see cref="Trials"/> while nothing speaks for a change.</value>
    public long LikelyChange
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Alternatives; i++)
            {
                best = _cumulative[i] > _cumulative[best] ? i : best;
            }

            return _cumulative[best] > 0 ? _start[best] : Trials;
        }
    }

    /// <summary>Takes one observation.</summary>
    /// <param name="failure">Whether it was a failure.</param>
    /// <param name="weight">How much of an observation it is, in (0, 1]; less than 1 keeps the promise (Jensen's inequality).</param>
    /// <returns>True while the evidence is at or above the threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is NaN or outside (0, 1].</exception>
    public bool Add(bool failure, double weight = 1)
    {
        if (!(weight is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of an observation is a number in (0, 1].");
        }

        Trials++;
        double start = (_isLifetime ? LogStartWeight(Trials) : 0) - Math.Log(Alternatives);
        double sum = double.NegativeInfinity;
        for (int i = 0; i < Alternatives; i++)
        {
            double step = weight * (failure ? _ifFailed[i] : _ifPassed[i]);
            _logEvidence[i] = LogAdd(_logEvidence[i], start) + step;
            sum = LogAdd(sum, _logEvidence[i]);
            if (_cumulative[i] <= 0)
            {
                _cumulative[i] = 0;
                _start[i] = Trials - 1;
            }

            _cumulative[i] += step;
        }

        LogEvidence = sum;
        bool alarms = sum >= LogThreshold;
        HasAlarmed |= alarms;
        return alarms;
    }

    /// <summary>Goes on from where another detector of the same settings stood.</summary>
    /// <param name="trials">Its <see cref="Trials"/>, 0 or more.</param>
    /// <param name="logEvidence">Its <see cref="LogEvidence"/>; not NaN and not positive infinity.</param>
    /// <remarks>The evidence is shared evenly between the alternatives, which keeps the promise; what is lost is at most how they differed.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public void Resume(long trials, double logEvidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        if (!(logEvidence < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(logEvidence), logEvidence, "Log evidence is a number below infinity.");
        }

        Trials = trials;
        LogEvidence = logEvidence;
        HasAlarmed = logEvidence >= LogThreshold;
        Array.Fill(_logEvidence, logEvidence - Math.Log(Alternatives));
        Array.Clear(_cumulative);
    }

    // 1/log2(t+1) - 1/log2(t+2) telescopes to 1; written so that nearly equal terms do not cancel.
    private static double LogStartWeight(long trial)
    {
        double first = Math.Log(trial + 1.0);
        double second = Math.Log(trial + 2.0);
        return Math.Log(Math.Log(2) * double.LogP1(1 / (trial + 1.0)) / (first * second));
    }

    private static double LogAdd(double a, double b)
    {
        double high = Math.Max(a, b);
        return double.IsNegativeInfinity(high) ? high : high + double.LogP1(Math.Exp(Math.Min(a, b) - high));
    }
}
