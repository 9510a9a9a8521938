namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>
/// The probabilities of how long ago the last change was: each run grows with every value or ends with the hazard, in which case a new one begins.
/// The least probable run is forgotten when there are too many.
/// </summary>
/// <remarks>Source: R. P. Adams and D. J. C. MacKay, <i>Bayesian Online Changepoint Detection</i>, arXiv:0710.3742, 2007, algorithm 1.</remarks>
internal sealed class RunLengths
{
    private readonly double[] _log;
    private readonly int[] _length;
    private readonly double _logEnds;
    private readonly double _logGrows;
    private int _quiet;
    private int _seen;

    /// <summary>The length of a run that has lasted since before the first value.</summary>
    private const int SinceEver = 1 << 30;

    public RunLengths(double expectedRun, int maximum)
    {
        if (!(expectedRun is >= 2 and <= 1e9))
        {
            throw new ArgumentOutOfRangeException(nameof(expectedRun), expectedRun, "A number in [2, 1e9] is needed.");
        }

        _logEnds = Math.Log(1 / expectedRun);
        _logGrows = Math.Log(1 - (1 / expectedRun));
        Maximum = maximum;
        _log = new double[maximum + 1];
        _length = new int[maximum + 1];
    }

    public int Maximum { get; }

    /// <summary>Gets the number of runs; 0 before <see cref="Begin"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Begins with one run that a number of values belong to already.</summary>
    public void Begin(int length)
    {
        Count = 1;
        _seen = length;
        (_log[0], _length[0]) = (0, length);
    }

    /// <summary>Begins with a run that was there before the first value, which therefore never counts as a change, and where asked with one that begins now.</summary>
    public void BeginEarlier(bool mayChangeNow)
    {
        Count = mayChangeNow ? 2 : 1;
        (_log[0], _length[0]) = (0, SinceEver);
        (_log[1], _length[1]) = (_logEnds, 0);
    }

    /// <summary>Takes the likelihood of a value under each run. The new run stands at <c>Count - 1</c> afterwards.</summary>
    /// <param name="likelihoods">One for each of the <see cref="Count"/> runs, each above 0.</param>
    /// <param name="forgotten">The run whose place the last one has taken, and with whose statistics the caller must replace it; -1 where none was forgotten.</param>
    public void Step(ReadOnlySpan<double> likelihoods, out int forgotten)
    {
        _seen = Math.Min(_seen, SinceEver - 1) + 1;
        double fresh = double.NegativeInfinity;
        double most = double.NegativeInfinity;
        for (int run = 0; run < Count; run++)
        {
            double joint = _log[run] + Math.Log(likelihoods[run]);
            fresh = Join(fresh, joint + _logEnds);
            _log[run] = joint + _logGrows;
            _length[run] = Math.Min(_length[run], int.MaxValue - 1) + 1;
            most = Math.Max(most, _log[run]);
        }

        (_log[Count], _length[Count]) = (fresh, 0);
        Count++;
        most = Math.Max(most, fresh);
        int least = 0;
        for (int run = 0; run < Count; run++)
        {
            _log[run] -= most;
            least = _log[run] < _log[least] ? run : least;
        }

        forgotten = -1;
        if (Count > Maximum)
        {
            Count--;
            (_log[least], _length[least]) = (_log[Count], _length[Count]);
            forgotten = least;
        }
    }

    /// <summary>Says whether a change within the last values is more likely than not, and announces it once.</summary>
    /// <param name="delay">How many of the last values count.</param>
    /// <param name="shortest">How many values the new run must have lived for.</param>
    public OnlineChange Judge(int delay, int shortest)
    {
        double total = 0;
        double recent = 0;
        for (int run = 0; run < Count; run++)
        {
            double share = Math.Exp(_log[run]);
            total += share;
            recent += _length[run] <= delay ? share : 0;
        }

        double probability = recent / total;
        int likeliest = _length[Best()];
        bool settled = likeliest >= shortest && likeliest <= delay && probability > 0.5;
        _quiet = Math.Max(0, _quiet - 1);
        bool changed = settled && _quiet == 0;
        if (changed)
        {
            _quiet = delay;
        }

        return new OnlineChange(probability, Math.Min(likeliest, _seen), changed);
    }

    /// <summary>The most probable number of values since the last change.</summary>
    public int Likeliest() => Math.Min(_length[Best()], _seen);

    private int Best()
    {
        int best = 0;
        for (int run = 1; run < Count; run++)
        {
            best = _log[run] > _log[best] ? run : best;
        }

        return best;
    }

    private static double Join(double left, double right)
    {
        double most = Math.Max(left, right);
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(left - most) + Math.Exp(right - most));
    }
}
