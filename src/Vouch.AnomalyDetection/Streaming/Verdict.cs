using System.Runtime.CompilerServices;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>What was decided about one value, before it was learnt.</summary>
internal struct Verdict
{
    public double Score;

    /// <summary>What an alarm costs the budget: nothing where it is critical.</summary>
    public float Charge;

    /// <summary>The severity and the reasons of what only the ledgers kept from an alarm.</summary>
    public AnomalySeverity Withheld;
    public AnomalyReasons WithheldReasons;

    /// <summary>The score of what does not alarm: the share of observations at least as strange; a new extreme that may not alarm stays below the line too.</summary>
    public static double Below(double allowed, float pValue) => double.MinNative(0.45, allowed / (allowed + pValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Observation ToObservation(in SeriesState s, double allowed, int epoch, float pValue, double expected, double lower, double upper)
    {
        double history = Math.Min(s.Age, epoch / 2) * allowed;
        bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
        return new Observation(
            Score,
            pValue,
            history / (1 + history),
            expected,
            lower,
            upper,
            s.State,
            open ? s.Severity : Withheld,
            (open ? Channel.Reason(s.EventChannel & 7) : AnomalyReasons.None) | WithheldReasons,
            open ? new DateTimeOffset(s.SinceTicks, TimeSpan.Zero) : null);
    }
}
