using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Alarms;

/// <summary>An alarm: the beginning of an event on one series.</summary>
/// <param name="Id">The event's number, counted up from 1 within its registry; acknowledge it by this.</param>
/// <param name="Series">The name of the series.</param>
/// <param name="Time">The time stamp of the value that alarmed; under <see cref="AnomalyReasons.Gap"/> the time at which silence had become too long.</param>
/// <param name="Value">The value; NaN under <see cref="AnomalyReasons.Gap"/>.</param>
/// <param name="Judgement">The judgement of the value, with its evidence.</param>
public sealed record AnomalyEvent(long Id, string Series, DateTimeOffset Time, double Value, Observation Judgement)
{
    /// <summary>The event in one line.</summary>
    /// <returns>Text for people, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Time:yyyy-MM-dd HH:mm:ss}Z {Series}: {Judgement.Severity} {Judgement.Reasons}, {Value} where {Judgement.Lower} to {Judgement.Upper} was usual");
}
