using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Formats;

/// <summary>Reads scheduling instances from JSON, plain or gzipped.</summary>
/// <remarks>
/// <para>
/// The format: <c>{ "name", "slot_minutes", "slots", "start", "resources": [{"name", "capacity"}], "price": [per slot], "price_forecast": [per slot]?,
/// "capacity_profile": {"resource": [per slot]}?, "jobs": [{"id", "release", "deadline", "duration", "demand": [per resource], "rate", "weight"?, "preemptible"?,
/// "resume_overhead"?, "max_segments"?, "min_segment"?, "preds"?, "penalty"?}] }</c>. Other members are passed over. A job without a penalty must run.
/// The weight, rounded and kept within 1..10, becomes the priority. A start without an offset is taken as UTC.
/// </para>
/// <para>Thread-safe. Whatever is wrong with the data ends in an <see cref="InputValidationException"/> with the JSON path, the value and what was expected.</para>
/// </remarks>
public static class SchedulingInstanceReader
{
    /// <summary>Reads a file, gzipped where its name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The instance.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SchedulingInstance ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return Read(file, path);
        }

        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        return Read(unzipped, path);
    }

    /// <summary>Reads a stream of UTF-8 JSON.</summary>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <returns>The instance.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    public static SchedulingInstance Read(Stream stream, string source = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        InstanceDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(stream, InstanceJsonContext.Default.InstanceDocument);
        }
        catch (JsonException error)
        {
            string where = error.Path is { Length: > 0 } path ? path : "$";
            throw new InputValidationException(
                string.Create(CultureInfo.InvariantCulture, $"{source}: not a scheduling instance at {where}, line {(error.LineNumber ?? 0) + 1}: {error.Message}"), error)
            {
                DataSource = source,
                Location = where,
                Expected = "JSON of the documented instance format",
            };
        }
        catch (InvalidDataException error)
        {
            throw new InputValidationException($"{source}: not a gzip file, or cut short: {error.Message}", error) { DataSource = source, Location = "$", Expected = "gzipped JSON" };
        }

        return new Conversion(source).Convert(document);
    }

    private sealed class Conversion(string source)
    {
        public SchedulingInstance Convert(InstanceDocument? document)
        {
            InstanceDocument data = document ?? throw Bad("$", "null", "an object");
            double minutes = data.SlotMinutes ?? throw Missing("$.slot_minutes", "the length of a slot in minutes");
            Check(minutes is > 0 and <= 44_640, "$.slot_minutes", minutes, "a number in (0, 44640]");
            double[] price = data.Price ?? throw Missing("$.price", "one number per slot");
            int slots = data.Slots ?? price.Length;
            Check(slots is >= 1 and <= PriceCurve.MaxSlotCount, "$.slots", slots, Text($"a whole number in [1, {PriceCurve.MaxSlotCount}]"));
            Check(price.Length == slots, "$.price", price.Length, Text($"{slots} numbers, one per slot"));
            Check(data.PriceForecast is null || data.PriceForecast.Length == slots, "$.price_forecast", data.PriceForecast?.Length, Text($"{slots} numbers, one per slot"));
            PriceCurve curve = Guard("$.price", () => new PriceCurve(Start(data.Start), TimeSpan.FromMinutes(minutes), price));
            List<ResourcePool> pools = Pools(data, slots);
            List<JobDocument?> documents = data.Jobs ?? throw Missing("$.jobs", "an array of jobs");
            var jobs = new List<Job>(documents.Count);
            for (int i = 0; i < documents.Count; i++)
            {
                string path = Text($"$.jobs[{i}]");
                JobDocument job = documents[i] ?? throw Bad(path, "null", "a job");
                jobs.Add(Guard(path, () => ToJob(job, path, pools.Count)));
            }

            SchedulingProblem problem = Guard("$.jobs", () => new SchedulingProblem(curve, pools, jobs));
            return new SchedulingInstance(data.Name ?? "", problem, data.PriceForecast);
        }

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

        private DateTimeOffset Start(string? text)
        {
            if (text is null)
            {
                return DateTimeOffset.UnixEpoch;
            }

            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset start)
                ? start
                : throw Bad("$.start", text, "a date and time in ISO 8601");
        }

        private List<ResourcePool> Pools(InstanceDocument data, int slots)
        {
            List<ResourceDocument?> documents = data.Resources ?? throw Missing("$.resources", "an array of resources");
            Check(documents.Count > 0, "$.resources", documents.Count, "at least one resource");
            var pools = new List<ResourcePool>(documents.Count);
            for (int i = 0; i < documents.Count; i++)
            {
                string path = Text($"$.resources[{i}]");
                ResourceDocument resource = documents[i] ?? throw Bad(path, "null", "a resource");
                string name = resource.Name ?? throw Missing(path + ".name", "a name");
                if (data.CapacityProfile is { } profiles && profiles.TryGetValue(name, out double[]? profile) && profile is not null)
                {
                    Check(profile.Length == slots, "$.capacity_profile." + name, profile.Length, Text($"{slots} numbers, one per slot"));
                    pools.Add(Guard("$.capacity_profile." + name, () => new ResourcePool(name, profile)));
                }
                else
                {
                    double capacity = resource.Capacity ?? throw Missing(path + ".capacity", "a number");
                    pools.Add(Guard(path, () => new ResourcePool(name, capacity)));
                }
            }

            return pools;
        }

        private Job ToJob(JobDocument job, string path, int pools)
        {
            long id = job.Id ?? throw Missing(path + ".id", "a whole number");
            int duration = job.Duration ?? throw Missing(path + ".duration", "a whole number of slots");
            int deadline = job.Deadline ?? throw Missing(path + ".deadline", "a slot");
            double[] demand = job.Demand ?? throw Missing(path + ".demand", "one number per resource");
            Check(demand.Length == pools, path + ".demand", demand.Length, Text($"{pools} numbers, one per resource"));
            Check(job.Weight is null or (>= 0 and <= Job.MaxAmount), path + ".weight", job.Weight, "a number of 0 or more");
            Preemption? preemption = job.Preemptible
                ? new Preemption(job.MaxSegments ?? Math.Max(1, duration), job.MinSegment ?? 1, job.ResumeOverhead ?? 0)
                : null;
            return new Job(
                id.ToString(CultureInfo.InvariantCulture),
                duration,
                demand,
                job.Release ?? 0,
                deadline,
                job.Weight is { } weight ? new Priority((int)Math.Clamp(Math.Round(weight), Priority.MinLevel, Priority.MaxLevel)) : Priority.Normal,
                job.Rate ?? 1,
                job.Penalty,
                preemption,
                (job.Preds ?? []).Select(static id => id.ToString(CultureInfo.InvariantCulture)));
        }

        private T Guard<T>(string path, Func<T> make)
        {
            try
            {
                return make();
            }
            catch (ArgumentException error)
            {
                string message = error is ArgumentOutOfRangeException ? error.Message.Split(" (Parameter", 2)[0] : error.Message;
                throw new InputValidationException($"{source}: {path}: {message}", error)
                {
                    DataSource = source,
                    Location = path,
                    Value = (error as ArgumentOutOfRangeException)?.ActualValue is { } value ? Convert(value) : null,
                    Expected = message,
                };
            }
        }

        private static string Convert(object value) => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

        private void Check(bool holds, string path, object? value, string expected)
        {
            if (!holds)
            {
                throw Bad(path, value is null ? "null" : Convert(value), expected);
            }
        }

        private InputValidationException Missing(string path, string expected) => Bad(path, "nothing", expected);

        private InputValidationException Bad(string path, string value, string expected) =>
            new($"{source}: {path}: expected {expected}, found {value}.") { DataSource = source, Location = path, Value = value, Expected = expected };
    }
}
