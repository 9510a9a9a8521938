using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.TestData;

namespace Vouch.Observability.Tests.Slo;

/// <summary>A recorded or made-up series of minutes with the firing minutes of the plain rule, computed by another program.</summary>
internal sealed record SloScenario(string Name, (long Total, long Errors)[] Minutes, JsonElement Expected)
{
    public static readonly string[] Names = ["healthy", "outage10m", "fastburn2pc", "burn1pc6h-diurnal", "slowburn", "flapping", "blackout", "lowtraffic", "edge14x-const"];

    public static SloScenario Read(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("observability/slo/expected.json")));
        using var file = new GZipStream(File.OpenRead(SharedData.Require($"observability/slo/{name}.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        reader.ReadLine();
        var minutes = new List<(long, long)>();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            minutes.Add((long.Parse(cells[1], CultureInfo.InvariantCulture), long.Parse(cells[2], CultureInfo.InvariantCulture)));
        }

        return new SloScenario(name, [.. minutes], expected.RootElement.GetProperty(name).Clone());
    }

    /// <summary>The first and last minutes of each time an alert fires.</summary>
    public (int First, int Last)[] Firing(string key) => [.. Expected.GetProperty(key).EnumerateArray().Select(span => (span[0].GetInt32(), span[1].GetInt32()))];
}
