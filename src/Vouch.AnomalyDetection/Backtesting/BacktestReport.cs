using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Backtesting;

/// <summary>What a detector would have done on a recorded series.</summary>
public sealed class BacktestReport
{
    internal BacktestReport(string name, IReadOnlyList<BacktestPoint> points, IReadOnlyList<BacktestAlarm> alarms, double budget)
    {
        Name = name;
        Points = points;
        Alarms = alarms;
        Budget = budget;
        Missing = points.Count(static point => !double.IsFinite(point.Value));
        Span = points.Count > 1 ? points.Max(static point => point.Time) - points.Min(static point => point.Time) : TimeSpan.Zero;
    }

    /// <summary>Gets the name of the series.</summary>
    public string Name { get; }

    /// <summary>Gets every row with its judgement.</summary>
    public IReadOnlyList<BacktestPoint> Points { get; }

    /// <summary>Gets the alarms.</summary>
    public IReadOnlyList<BacktestAlarm> Alarms { get; }

    /// <summary>Gets the rows without a value.</summary>
    public int Missing { get; }

    /// <summary>Gets the time from the earliest to the latest row.</summary>
    public TimeSpan Span { get; }

    /// <summary>Gets the false-alarm budget per week that the detector was given.</summary>
    public double Budget { get; }

    /// <summary>Gets the alarms per week of the series' time; 0 without two different time stamps.</summary>
    public double AlarmsPerWeek => Span > TimeSpan.Zero ? Alarms.Count / (Span / TimeSpan.FromDays(7)) : 0;

    /// <summary>Writes a self-contained HTML page: the values, the band in which they were expected, and the alarms.</summary>
    /// <param name="writer">Where to; it is not closed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    public void WriteHtml(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        new BacktestPage(this).Write(writer);
    }
}
