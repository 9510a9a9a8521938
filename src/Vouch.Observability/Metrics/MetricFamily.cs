namespace Vouch.Observability.Metrics;

/// <summary>The series of one name. Changed under the registry's lock only.</summary>
internal sealed class MetricFamily(string name, MetricKind kind, string? unit)
{
    public string Name { get; } = name;

    public MetricKind Kind { get; } = kind;

    public string? Unit { get; } = unit;

    public int Count { get; set; }

    /// <summary>Gets or sets where measurements go when the family is full.</summary>
    public MetricSeries? Overflow { get; set; }
}
