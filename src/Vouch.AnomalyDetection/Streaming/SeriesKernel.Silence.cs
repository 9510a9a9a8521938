namespace Vouch.AnomalyDetection.Streaming;

internal static partial class SeriesKernel
{
    private const long ShortestSilence = TimeSpan.TicksPerMinute;

    /// <summary>Feedback on a false alarm makes alarms e^1 times rarer; it fades with the memory of the ranges.</summary>
    private const float CautionPerFalseAlarm = 1;

    public static void Acknowledge(ref SeriesState s, double budget, bool falsePositive)
    {
        if (!falsePositive)
        {
            // The budget is one of false alarms: what was none is paid back.
            s.Debt = AlarmLedger.After(s.Debt, 1, 0, budget);
        }

        s.Caution = falsePositive ? Math.Min(s.Caution + CautionPerFalseAlarm, 20) : Math.Max(0, s.Caution - CautionPerFalseAlarm);
    }

    public static Observation Tick(ref SeriesState s, KernelSettings settings, long now)
    {
        double known = s.Count > 0 ? s.ToValue(s.Fast) : 0;
        long allowed = settings.SilenceTicks > 0 ? settings.SilenceTicks : Math.Max(ShortestSilence, (long)(s.Interval * 1e8));
        bool silent = s.Count > 1 && now - s.LastTicks > allowed && !(settings.HasMaintenance && settings.InMaintenance(now));
        if (!silent)
        {
            bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
            return new Observation(
                0, 1, 0, known, known, known, s.State == AnomalyState.Anomalous ? AnomalyState.StillAnomalous : s.State,
                open ? s.Severity : AnomalySeverity.None,
                open ? Channel.Reason(s.EventChannel & 7) : AnomalyReasons.None,
                open ? new DateTimeOffset(s.SinceTicks, TimeSpan.Zero) : null);
        }

        // Told once: until data come again the state says so.
        bool first = s.State != AnomalyState.NoData;
        s.State = AnomalyState.NoData;
        s.Severity = AnomalySeverity.High;
        return new Observation(
            first ? 1 : 0.45, first ? 0 : 1, 0, known, known, known, AnomalyState.NoData, AnomalySeverity.High, AnomalyReasons.Gap,
            new DateTimeOffset(Math.Max(0, s.LastTicks), TimeSpan.Zero));
    }
}
