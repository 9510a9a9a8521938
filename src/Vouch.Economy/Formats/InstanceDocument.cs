using System.Text.Json.Serialization;

namespace Vouch.Economy.Formats;

/// <summary>The documented JSON format of an instance, as it stands in the file. What may be missing is nullable and checked by the reader.</summary>
internal sealed class InstanceDocument
{
    public string? Name { get; set; }

    public double? SlotMinutes { get; set; }

    public int? Slots { get; set; }

    public string? Start { get; set; }

    public List<ResourceDocument?>? Resources { get; set; }

    public double[]? Price { get; set; }

    public double[]? PriceForecast { get; set; }

    public Dictionary<string, double[]?>? CapacityProfile { get; set; }

    public List<JobDocument?>? Jobs { get; set; }
}

internal sealed class ResourceDocument
{
    public string? Name { get; set; }

    public double? Capacity { get; set; }
}

internal sealed class JobDocument
{
    public long? Id { get; set; }

    public int? Release { get; set; }

    public int? Deadline { get; set; }

    public int? Duration { get; set; }

    public double[]? Demand { get; set; }

    public double? Rate { get; set; }

    public double? Weight { get; set; }

    public bool Preemptible { get; set; }

    public int? ResumeOverhead { get; set; }

    public int? MaxSegments { get; set; }

    public int? MinSegment { get; set; }

    public long[]? Preds { get; set; }

    public double? Penalty { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InstanceDocument))]
internal sealed partial class InstanceJsonContext : JsonSerializerContext;
