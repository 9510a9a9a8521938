namespace Vouch.Observability.Metrics;

/// <summary>A metric with its tags: the handle to record by. Get one from a <see cref="MetricRegistry"/> and keep it.</summary>
/// <remarks>Safe for concurrent use; recording by handle takes no lock and allocates nothing once a thread has recorded before.</remarks>
public abstract class MetricSeries
{
    private protected MetricSeries(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow)
    {
        Family = family;
        TagArray = tags;
        Hash = hash;
        IsOverflow = isOverflow;
    }

    /// <summary>Gets the metric's name.</summary>
    public string Name => Family.Name;

    /// <summary>Gets what the metric measures.</summary>
    public MetricKind Kind => Family.Kind;

    /// <summary>Gets the unit (UCUM), or null where it was not stated.</summary>
    public string? Unit => Family.Unit;

    /// <summary>Gets the tags, in the order in which they were first given.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => TagArray;

    /// <summary>Gets whether this series holds what did not fit under the limits, tagged <c>otel.metric.overflow</c>.</summary>
    public bool IsOverflow { get; }

    internal MetricFamily Family { get; }

    internal KeyValuePair<string, object?>[] TagArray { get; }

    internal ulong Hash { get; }

    internal abstract MetricPoint Read();

    /// <summary>Returns the series as text, such as <c>jobs{pool=spot}</c>.</summary>
    public override string ToString() => TagArray.Length == 0 ? Name : $"{Name}{{{string.Join(',', TagArray.Select(tag => $"{tag.Key}={tag.Value}"))}}}";
}
