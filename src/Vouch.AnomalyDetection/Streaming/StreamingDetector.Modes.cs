namespace Vouch.AnomalyDetection.Streaming;

public sealed partial class StreamingDetector
{
    private const double LeastShare = 0.1;

    private readonly ForestJudge? _forest;
    private readonly DetectionMode _mode;
    private readonly DetectorOptions? _options;

    /// <summary>The share of the budget that the statistics have; the forest has the rest.</summary>
    private double _statisticsShare = 1;
    private bool _forestAlarmed;
    private DateTimeOffset? _forestSince;
    private AnomalySeverity _forestSeverity;

    /// <summary>Judges by both, or by the forest alone, which borrows expectation and band from the statistics.</summary>
    private Observation ObserveTogether(DateTimeOffset timestamp, double value)
    {
        bool wasOpen = _state.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
        Observation statistics = SeriesKernel.Observe(ref _state, _profile, _settings, _settings.Budget * _statisticsShare, 0, timestamp.UtcTicks, value);
        if (!double.IsFinite(value) || (_settings.HasMaintenance && _settings.InMaintenance(timestamp.UtcTicks)))
        {
            return statistics;
        }

        bool forestWasOpen = _forest!.IsOpen;
        double share = _mode == DetectionMode.Forest ? 1 : 1 - _statisticsShare;
        Observation? judged = _forest.Observe(_settings.Budget * share, timestamp.UtcTicks, value);
        if (_mode == DetectionMode.Forest)
        {
            return judged is { } alone ? Of(statistics, alone, timestamp, value) : WarmingUp(statistics);
        }

        if (judged is not { } forest)
        {
            return statistics;
        }

        // What one judge has told already alarms again only where it is critical.
        double pValue = Math.Min(1, 2 * Math.Min(statistics.PValue, forest.PValue));
        if (statistics.IsAlarm)
        {
            _forestAlarmed = false;
            bool told = forestWasOpen && _forestSince is not null && statistics.Severity < AnomalySeverity.Critical;
            return statistics with { PValue = pValue, Score = told ? 0.45 : statistics.Score, State = told ? AnomalyState.StillAnomalous : statistics.State };
        }

        bool open = statistics.State is AnomalyState.StillAnomalous or AnomalyState.Recovered;
        if (open || (wasOpen && forest.IsAlarm))
        {
            bool critical = forest.IsAlarm && forest.Severity == AnomalySeverity.Critical && Wanted(statistics, value);
            return critical
                ? Of(statistics, forest, timestamp, value) with { PValue = pValue }
                : statistics with { PValue = pValue, Severity = (AnomalySeverity)Math.Max((byte)statistics.Severity, forest.IsAlarm ? (byte)forest.Severity : (byte)0) };
        }

        Observation answer = forest.IsAlarm || forestWasOpen
            ? Of(statistics, forest, timestamp, value)
            : statistics with { Score = Math.Min(0.45, Math.Max(statistics.Score, forest.Score)) };
        return answer with { PValue = pValue };
    }

    /// <summary>The forest's judgement with the statistics' expectation.</summary>
    private Observation Of(in Observation statistics, in Observation forest, DateTimeOffset timestamp, double value)
    {
        bool alarm = forest.IsAlarm && Wanted(statistics, value);
        if (alarm)
        {
            _forestAlarmed = true;
            _forestSince = timestamp;
            _forestSeverity = forest.Severity;
        }

        bool open = _forest!.IsOpen && _forestSince is not null;
        if (!_forest.IsOpen)
        {
            _forestSince = null;
        }

        AnomalyState state = alarm ? AnomalyState.Anomalous
            : forest.State == AnomalyState.Anomalous ? AnomalyState.Normal
            : !open && forest.State is AnomalyState.StillAnomalous or AnomalyState.Recovered ? AnomalyState.Normal
            : forest.State;
        return new Observation(
            alarm ? forest.Score : Math.Min(0.45, forest.Score),
            forest.PValue,
            Math.Min(forest.Confidence, statistics.Confidence),
            statistics.Expected,
            statistics.Lower,
            statistics.Upper,
            state,
            open ? _forestSeverity : AnomalySeverity.None,
            (open ? AnomalyReasons.Shape : AnomalyReasons.None) | (forest.Reasons & AnomalyReasons.OverBudget),
            open ? _forestSince : null);
    }

    /// <summary>Whether the options let a deviation like this alarm.</summary>
    private bool Wanted(in Observation statistics, double value)
    {
        double deviation = value - statistics.Expected;
        bool direction = _options!.Direction switch
        {
            AlarmDirection.Up => deviation >= 0,
            AlarmDirection.Down => deviation <= 0,
            _ => true,
        };
        return direction && Math.Abs(deviation) >= _settings.MinimumDeviation && Math.Abs(deviation) >= _settings.MinimumRelativeDeviation * Math.Abs(statistics.Expected);
    }

    private static Observation WarmingUp(in Observation statistics) => statistics with
    {
        Score = Math.Min(0.45, statistics.Score),
        Confidence = 0,
        State = AnomalyState.WarmingUp,
        Severity = AnomalySeverity.None,
        Reasons = AnomalyReasons.None,
        Since = null,
    };

    /// <summary>The judge who raised the last alarm is told; in the adaptive mode its odds halve or double.</summary>
    private void AcknowledgeTogether(bool falsePositive)
    {
        if (_forestAlarmed)
        {
            _forest!.Acknowledge(falsePositive);
        }
        else
        {
            SeriesKernel.Acknowledge(ref _state, _settings.Budget * _statisticsShare, falsePositive);
        }

        if (_mode == DetectionMode.Adaptive)
        {
            double odds = _statisticsShare / (1 - _statisticsShare) * (falsePositive == _forestAlarmed ? 2 : 0.5);
            _statisticsShare = Math.Clamp(odds / (1 + odds), LeastShare, 1 - LeastShare);
        }
    }
}
