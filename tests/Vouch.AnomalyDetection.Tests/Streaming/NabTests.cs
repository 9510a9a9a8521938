using System.Globalization;
using System.Text.Json;
using Vouch.AnomalyDetection.Streaming;
using Vouch.TestData;

namespace Vouch.AnomalyDetection.Tests.Streaming;

/// <summary>Real series with labelled events (Numenta Anomaly Benchmark 1.1). The score by its rules is in the evaluation program; here: events found, alarms outside.</summary>
public class NabTests
{
    [Fact]
    public void Observe_RealSeries_FindsMostEventsWithFewOtherAlarms()
    {
        string folder = SharedData.Require("anomaly/nab");
        using var windows = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "labels", "combined_windows.json")));
        int points = 0;
        int events = 0;
        int found = 0;
        int other = 0;
        foreach (JsonProperty file in windows.RootElement.EnumerateObject().Where(file => File.Exists(Path.Combine(folder, "data", file.Name))))
        {
            (DateTimeOffset From, DateTimeOffset To)[] labels = [.. file.Value.EnumerateArray().Select(window => (Time(window[0].GetString()!), Time(window[1].GetString()!)))];
            bool[] hit = new bool[labels.Length];
            var detector = new StreamingDetector();
            string[] lines = File.ReadAllLines(Path.Combine(folder, "data", file.Name));
            int warmUp = (int)Math.Min(0.15 * (lines.Length - 1), 750);
            int row = 0;
            foreach (string[] cells in lines.Skip(1).Select(line => line.Split(',')))
            {
                points++;
                row++;
                DateTimeOffset time = Time(cells[0]);
                if (detector.Observe(time, double.Parse(cells[1], CultureInfo.InvariantCulture)).IsAlarm && row > warmUp)
                {
                    int inside = Array.FindIndex(labels, label => time >= label.From && time <= label.To);
                    other += inside < 0 ? 1 : 0;
                    if (inside >= 0)
                    {
                        hit[inside] = true;
                    }
                }
            }

            events += labels.Length;
            found += hit.Count(static caught => caught);
        }

        (found / (double)events).Should().BeGreaterThan(0.75);
        (other / (points / 1_000.0)).Should().BeLessThan(0.25, "the benchmark leaves the warm-up rows out");
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
