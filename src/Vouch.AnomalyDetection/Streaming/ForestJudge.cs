using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// Judges the last values of a series together: the score that an isolation forest gives them is watched as a series of its own, of which only a rise may alarm.
/// </summary>
/// <remarks>
/// Sources: F. T. Liu, K. M. Ting and Z.-H. Zhou, <i>Isolation-Based Anomaly Detection</i>, ACM TKDD 6(1), 2012; Z. Ding and M. Fei, <i>An Anomaly Detection Approach Based on Isolation Forest
/// Algorithm for Streaming Data using Sliding Window</i>, IFAC 2013.
/// </remarks>
internal sealed class ForestJudge
{
    public const int Together = 8;
    private const int Kept = 1_024;
    private const int GrowEvery = 256;
    private const int Trees = 64;

    private readonly KernelSettings _settings;
    private readonly double[] _rows = new double[Kept * Together];
    private readonly double[] _last = new double[Together];
    private SeriesState _state = SeriesState.Fresh();
    private IOutlierModel? _forest;
    private int _filled;
    private long _seen;

    public ForestJudge(DetectorOptions options)
    {
        var own = new DetectorOptions
        {
            FalseAlarmBudget = options.FalseAlarmBudget,
            Direction = AlarmDirection.Up,
            Season = SeasonMode.None,
            WarmUp = options.WarmUp,
            EventLength = options.EventLength,
            RelearnAfter = options.RelearnAfter,
        };
        _settings = new KernelSettings(own);
    }

    /// <summary>Gets whether an event of its own is open.</summary>
    public bool IsOpen => _state.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;

    /// <summary>Judges a finite value with the seven before it and learns it; nothing before the first forest.</summary>
    public Observation? Observe(double budget, long ticks, double value)
    {
        Array.Copy(_last, 1, _last, 0, Together - 1);
        _last[^1] = Math.Clamp(value, -PreparedColumns.Largest, PreparedColumns.Largest);
        _filled = Math.Min(_filled + 1, Together);
        if (_filled < Together)
        {
            return null;
        }

        Observation? observation = _forest is null ? null : SeriesKernel.Observe(ref _state, [], _settings, budget, 0, ticks, _forest.Score(_last));
        _last.CopyTo(_rows, (int)(_seen % Kept) * Together);
        _seen++;
        if (_seen % GrowEvery == 0)
        {
            Grow();
        }

        return observation;
    }

    public void Acknowledge(bool falsePositive) => SeriesKernel.Acknowledge(ref _state, _settings.Budget, falsePositive);

    /// <summary>A forest of the values that are kept; the draws follow from how many have been seen, so that equal streams give equal forests.</summary>
    private void Grow()
    {
        int rows = (int)Math.Min(_seen, Kept);
        _forest = new IsolationForest { Trees = Trees, Seed = _seen }.Fit(new FeatureMatrix(_rows.AsSpan(0, rows * Together), Together));
    }
}
