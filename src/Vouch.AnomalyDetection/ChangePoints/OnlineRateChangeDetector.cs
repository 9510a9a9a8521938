namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>Finds changes of a rate as single outcomes arrive: passed or failed, agreed or not. Tells a change after two or three failures in a row where failures are rare.</summary>
/// <remarks>
/// <para>Keeps the probabilities of how long ago the last change was. The first run has the usual rate, as well known as <see cref="Strength"/> outcomes would make it; the rate of a later run may be
/// anything (Jeffreys' prior). A rate that was unusual from the first outcome on counts as a change at the first outcome.</para>
/// <para>Costs O(<see cref="MaximumRuns"/>) per outcome; no allocation once made. Not safe for concurrent use: one detector per series.</para>
/// <para>Source: R. P. Adams and D. J. C. MacKay, <i>Bayesian Online Changepoint Detection</i>, arXiv:0710.3742, 2007, with the beta-binomial model.</para>
/// </remarks>
public sealed class OnlineRateChangeDetector
{
    private const double Jeffreys = 0.5;

    /// <summary>A run of one outcome says nothing about its rate.</summary>
    private const int ShortestRun = 2;

    private readonly RunLengths _runs;
    private readonly double[] _hits;
    private readonly double[] _misses;
    private readonly double[] _likelihood;

    /// <summary>Makes a detector.</summary>
    /// <param name="usualRate">How often an outcome is true before any change, in (0, 1).</param>
    /// <param name="strength">How many outcomes this knowledge is worth, in (0, 1e9]; the default is 100.</param>
    /// <param name="expectedRun">How many outcomes usually lie between two changes, in [2, 1e9]; the default is 250.</param>
    /// <param name="maximumRuns">How many run lengths are kept in mind, in [16, 65536]; the default is 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public OnlineRateChangeDetector(double usualRate, double strength = 100, double expectedRun = 250, int maximumRuns = 256)
    {
        if (!(usualRate is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(usualRate), usualRate, "A rate in (0, 1) is needed.");
        }

        if (!(strength is > 0 and <= 1e9))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "A number in (0, 1e9] is needed.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRuns, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumRuns, 65_536);
        _runs = new RunLengths(expectedRun, maximumRuns);
        _hits = new double[maximumRuns + 1];
        _misses = new double[maximumRuns + 1];
        _likelihood = new double[maximumRuns + 1];
        Strength = strength;
        (_hits[0], _misses[0]) = (strength * usualRate, strength * (1 - usualRate));
        (_hits[1], _misses[1]) = (Jeffreys, Jeffreys);
        _runs.BeginEarlier(mayChangeNow: true);
    }

    /// <summary>Gets how many run lengths are kept in mind; the least probable are forgotten.</summary>
    public int MaximumRuns => _runs.Maximum;

    /// <summary>Gets how many outcomes the knowledge of the usual rate is worth.</summary>
    public double Strength { get; }

    /// <summary>Gets how many of the latest outcomes a change must lie within to be announced.</summary>
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

    /// <summary>Takes the next outcome.</summary>
    /// <param name="outcome">Whether it was a hit (passed, agreed, succeeded).</param>
    /// <returns>How probable a change within the last <see cref="Delay"/> outcomes is, and whether it is announced here.</returns>
    public OnlineChange Observe(bool outcome)
    {
        int runs = _runs.Count;
        for (int run = 0; run < runs; run++)
        {
            _likelihood[run] = (outcome ? _hits[run] : _misses[run]) / (_hits[run] + _misses[run]);
            _hits[run] += outcome ? 1 : 0;
            _misses[run] += outcome ? 0 : 1;
        }

        (_hits[runs], _misses[runs]) = (Jeffreys, Jeffreys);
        _runs.Step(_likelihood.AsSpan(0, runs), out int forgotten);
        if (forgotten >= 0)
        {
            (_hits[forgotten], _misses[forgotten]) = (_hits[runs], _misses[runs]);
        }

        return _runs.Judge(Delay, ShortestRun);
    }
}
