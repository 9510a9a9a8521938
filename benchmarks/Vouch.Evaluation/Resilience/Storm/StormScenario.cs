using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>One scenario of <c>scenarios.json</c>. Rates per second, times in seconds unless the name says otherwise.</summary>
internal sealed record StormScenario
{
    public required string Name { get; init; }

    public string? Arrivals { get; init; }

    public double Rate { get; init; } = 350;

    public int Clients { get; init; } = 5;

    public int Backends { get; init; } = 5;

    public int Workers { get; init; } = 10;

    public double MeanMs { get; init; } = 100;

    public double Cv { get; init; } = 1;

    public double RttMs { get; init; } = 2;

    public double AttemptTimeoutMs { get; init; } = 1000;

    public double SloMs { get; init; } = 3000;

    public double Before { get; init; } = 60;

    public double During { get; init; } = 10;

    public double After { get; init; } = 180;

    public double SpikeFactor { get; init; } = 1;

    public string Outage { get; init; } = "none";

    public int OutageBackends { get; init; } = 5;

    public double SlowFactor { get; init; } = 1;

    public double ErrBase { get; init; }

    public double ErrDuring { get; init; }

    public double TailProb { get; init; }

    public double TailFactor { get; init; } = 1;

    /// <summary>The arrival times of <see cref="Arrivals"/>, in seconds, scaled to <see cref="Rate"/>; null for a Poisson stream.</summary>
    public double[]? Trace { get; private init; }

    public double End => Before + During + After;

    /// <exception cref="MissingDataException">The folder has no scenarios, or they are not of the documented form.</exception>
    public static IReadOnlyList<StormScenario> ReadAll(string folder)
    {
        string file = Path.Combine(folder, "scenarios.json");
        if (!File.Exists(file))
        {
            throw new MissingDataException($"'{file}' is missing.");
        }

        try
        {
            StormScenario[] scenarios = JsonSerializer.Deserialize<StormScenario[]>(File.ReadAllText(file), JsonSerializerOptions.Web) ?? [];
            return [.. scenarios.Select(scenario => scenario.Checked(file).WithTrace(folder))];
        }
        catch (JsonException error)
        {
            throw new MissingDataException($"'{file}', line {error.LineNumber + 1}: {error.Message}");
        }
    }

    private StormScenario Checked(string file)
    {
        double[] positive = [Rate, MeanMs, AttemptTimeoutMs, SloMs, Before, During, After, SpikeFactor, SlowFactor, TailFactor];
        bool ok = positive.All(static value => value > 0 && double.IsFinite(value))
            && Cv >= 0 && RttMs >= 0 && Clients > 0 && Backends > 0 && Workers > 0
            && ErrBase is >= 0 and <= 1 && ErrDuring is >= 0 and <= 1 && TailProb is >= 0 and <= 1 && Outage is "none" or "blackhole" or "refuse";
        return ok ? this : throw new MissingDataException($"'{file}': scenario '{Name}' has a value that is out of range.");
    }

    private StormScenario WithTrace(string folder)
    {
        if (Arrivals is null)
        {
            return this;
        }

        string file = Path.Combine(folder, Arrivals);
        if (!File.Exists(file))
        {
            throw new MissingDataException($"'{file}' is missing.");
        }

        using Stream raw = File.OpenRead(file);
        using Stream text = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        using var reader = new StreamReader(text);
        var times = new List<double>();
        while (reader.ReadLine() is { } line)
        {
            if (!double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double time))
            {
                throw new MissingDataException($"'{file}', line {times.Count + 1}: '{line}' is not a time in milliseconds.");
            }

            times.Add(time);
        }

        double scale = times.Count > 1 ? times.Count / Rate / (times[^1] - times[0]) : throw new MissingDataException($"'{file}' holds fewer than two times.");
        return this with { Trace = [.. times.Select(time => (time - times[0]) * scale)] };
    }
}
