using System.Diagnostics;
using System.Globalization;
using Vouch.AnomalyDetection.Diagnostics;
using Vouch.AnomalyDetection.Streaming;
using Vouch.Core.Exceptions;

namespace Vouch.AnomalyDetection.Backtesting;

/// <summary>Runs a detector over a recorded series, one value at a time, to see what it would have done.</summary>
/// <remarks>
/// CSV: a header and rows; the column of times and the column of values are named, or else the first two. Times are ISO 8601 or <c>yyyy-MM-dd HH:mm:ss</c>, taken as UTC
/// without an offset. An empty value, <c>null</c> or <c>NaN</c> is missing. No quoting; numbers in the invariant culture; blank lines are skipped.
/// </remarks>
public static class Backtest
{
    /// <summary>Runs over a CSV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The detector's options; null for the defaults.</param>
    /// <param name="timeColumn">The name of the column of times; null for the first.</param>
    /// <param name="valueColumn">The name of the column of values; null for the second.</param>
    /// <returns>The alarms and every judgement.</returns>
    /// <exception cref="InputValidationException">A row is not of the format; the exception names the line, the value and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BacktestReport RunFile(string path, DetectorOptions? options = null, string? timeColumn = null, string? valueColumn = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using StreamReader reader = File.OpenText(path);
        return Run(reader, Path.GetFileNameWithoutExtension(path), options, timeColumn, valueColumn);
    }

    /// <summary>Runs over CSV text.</summary>
    /// <param name="reader">The text; left open.</param>
    /// <param name="name">The name of the series.</param>
    /// <param name="options">The detector's options; null for the defaults.</param>
    /// <param name="timeColumn">The name of the column of times; null for the first.</param>
    /// <param name="valueColumn">The name of the column of values; null for the second.</param>
    /// <returns>The alarms and every judgement.</returns>
    /// <exception cref="InputValidationException">A row is not of the format; the exception names the line, the value and what was expected.</exception>
    public static BacktestReport Run(TextReader reader, string name, DetectorOptions? options = null, string? timeColumn = null, string? valueColumn = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Run(Read(reader, name, timeColumn, valueColumn), name, options);
    }

    /// <summary>Runs over values.</summary>
    /// <param name="series">Times and values in the order in which they came; null for a missing value.</param>
    /// <param name="name">The name of the series.</param>
    /// <param name="options">The detector's options; null for the defaults.</param>
    /// <returns>The alarms and every judgement.</returns>
    public static BacktestReport Run(IEnumerable<KeyValuePair<DateTimeOffset, double?>> series, string name, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(name);
        using Activity? activity = AnomalyTelemetry.Source.StartActivity("backtest");
        options ??= new DetectorOptions();
        var detector = new StreamingDetector(options);
        var points = new List<BacktestPoint>();
        var alarms = new List<BacktestAlarm>();
        foreach ((DateTimeOffset time, double? value) in series)
        {
            Observation judgement = detector.Observe(time, value);
            if (judgement.IsAlarm)
            {
                alarms.Add(new BacktestAlarm(points.Count, time, value!.Value, judgement));
            }

            points.Add(new BacktestPoint(time, value ?? double.NaN, judgement));
        }

        return new BacktestReport(name, points, alarms, options.FalseAlarmBudget);
    }

    private static IEnumerable<KeyValuePair<DateTimeOffset, double?>> Read(TextReader reader, string name, string? timeColumn, string? valueColumn)
    {
        int line = 0;
        int time = -1;
        int value = -1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            string[] cells = text.Split(',', StringSplitOptions.TrimEntries);
            if (time < 0)
            {
                time = Column(cells, timeColumn, 0, name, line);
                value = Column(cells, valueColumn, 1, name, line);
                continue;
            }

            if (cells.Length <= Math.Max(time, value))
            {
                throw Refused(name, line, text, $"at least {Math.Max(time, value) + 1} cells");
            }

            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (!DateTimeOffset.TryParse(cells[time], CultureInfo.InvariantCulture, Utc, out DateTimeOffset stamp))
            {
                throw Refused(name, line, cells[time], "a time such as 2026-03-02 08:00:00");
            }

            yield return new KeyValuePair<DateTimeOffset, double?>(stamp, Number(cells[value], name, line));
        }
    }

    private static double? Number(string cell, string name, int line)
    {
        if (cell.Length == 0 || cell.Equals("null", StringComparison.OrdinalIgnoreCase) || cell.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Refused(name, line, cell, "a number");
    }

    private static int Column(string[] header, string? wanted, int otherwise, string name, int line)
    {
        int index = wanted is null ? otherwise : Array.IndexOf(header, wanted);
        return index >= 0 && index < header.Length
            ? index
            : throw Refused(name, line, string.Join(',', header), wanted is null ? "two columns" : $"a column named '{wanted}'");
    }

    private static InputValidationException Refused(string name, int line, string value, string expected) =>
        new($"{name}, line {line}: found '{value}', expected {expected}.")
        {
            DataSource = name,
            Location = string.Create(CultureInfo.InvariantCulture, $"line {line}"),
            Value = value,
            Expected = expected,
        };
}
