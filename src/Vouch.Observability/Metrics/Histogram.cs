namespace Vouch.Observability.Metrics;

/// <summary>The distribution of values since the start.</summary>
public sealed class Histogram : Distribution
{
    internal Histogram(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow)
        : base(family, tags, hash, isOverflow)
    {
    }
}
