using System.Diagnostics;
using System.Globalization;
using Vouch.AnomalyDetection.Seasonality;

namespace Vouch.Evaluation.Anomaly;

/// <summary>How often the first season found is the known one within 2 %, and how often a season is claimed where there is none.</summary>
internal static class PeriodsTask
{
    public static EvaluationTask Task { get; } = new("anomaly", "periods", "Seasons against known ones", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<Dictionary<string, object?>>();
        string[] lines = File.ReadAllLines(run.Require("known_periods.csv"));
        string[] names = lines[0].Split(',');
        foreach (string line in lines.Skip(1).Where(static line => line.Length > 0))
        {
            Dictionary<string, string> known = names.Zip(line.Split(',')).ToDictionary(static pair => pair.First, static pair => pair.Second);
            SeriesFile series = SeriesFile.Read(run.Require(known["file"]));
            long started = Stopwatch.GetTimestamp();
            SeasonalityReport report = known["unit"] == "rows"
                ? new SeasonDetector().Detect(series.Column(0))
                : new SeasonDetector().Detect(series.Times(), series.Column(0));
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            double found = report.Primary?.Period ?? 0;
            double[] right = [.. known["also_right"].Split(' ', ';').Append(known["period"]).Where(static text => text.Length > 0).Select(static text => double.Parse(text, CultureInfo.InvariantCulture))];
            rows.Add(new()
            {
                ["file"] = known["file"],
                ["period"] = found,
                ["known"] = right[^1],
                ["ok"] = right.Any(period => period == 0 ? found == 0 : Math.Abs(found - period) <= 0.02 * period),
                ["all"] = string.Join(' ', report.Seasons.Select(static season => season.Period.ToString("G6", CultureInfo.InvariantCulture))),
                ["seconds"] = seconds,
            });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["right"] = rows.Count(static row => (bool)row["ok"]!),
            ["total"] = rows.Count,
            ["false_season"] = rows.Count(static row => (double)row["known"]! == 0 && !(bool)row["ok"]!),
        });
    }
}
