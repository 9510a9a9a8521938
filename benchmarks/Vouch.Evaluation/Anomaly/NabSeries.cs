using System.Globalization;
using System.Text.Json;

namespace Vouch.Evaluation.Anomaly;

/// <summary>One file of a NAB corpus with its labelled windows, as first and last row.</summary>
internal sealed record NabSeries(string File, string[] Stamps, DateTimeOffset[] Times, double[] Values, IReadOnlyList<(int First, int Last)> Windows)
{
    /// <summary>The rows that are never scored.</summary>
    public int WarmUp => (int)Math.Min(Math.Floor(0.15 * Values.Length), 750);

    public static IReadOnlyList<NabSeries> ReadAll(string data, string windows)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(windows));
        return [.. Directory.EnumerateFiles(data, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => Read(data, file, document.RootElement))];
    }

    private static NabSeries Read(string folder, string path, JsonElement windows)
    {
        string file = Path.GetRelativePath(folder, path).Replace('\\', '/');
        string[] lines = System.IO.File.ReadAllLines(path);
        var stamps = new List<string>(lines.Length);
        var times = new List<DateTimeOffset>(lines.Length);
        var values = new List<double>(lines.Length);
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            string[] cells = lines[i].Split(',');
            if (cells.Length < 2 || !TryTime(cells[0], out DateTimeOffset time) || !double.TryParse(cells[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw new MissingDataException($"{path}, line {i + 1}: expected 'timestamp,value', found '{lines[i]}'.");
            }

            stamps.Add(cells[0]);
            times.Add(time);
            values.Add(value);
        }

        if (!windows.TryGetProperty(file, out JsonElement labels))
        {
            throw new MissingDataException($"labels/combined_windows.json does not name '{file}'.");
        }

        var found = new List<(int, int)>();
        foreach (JsonElement window in labels.EnumerateArray())
        {
            if (!TryTime(window[0].GetString()!, out DateTimeOffset first) || !TryTime(window[1].GetString()!, out DateTimeOffset last))
            {
                throw new MissingDataException($"labels/combined_windows.json, '{file}': '{window}' is no window.");
            }

            int from = times.FindIndex(time => time >= first);
            int to = times.FindLastIndex(time => time <= last);
            if (from >= 0 && to >= from)
            {
                found.Add((from, to));
            }
        }

        return new NabSeries(file, [.. stamps], [.. times], [.. values], found);
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
