namespace Vouch.Observability.Sampling;

/// <summary>Which traces are kept.</summary>
public enum SamplerKind
{
    /// <summary>None: <see cref="NoneSampler"/>.</summary>
    None = 0,

    /// <summary>All: <see cref="AllSampler"/>.</summary>
    All = 1,

    /// <summary>A share of all, the same ones in every service: <see cref="RandomSampler"/>.</summary>
    Random = 2,

    /// <summary>All that failed or were slow and a share of the others: <see cref="ErrorBasedSampler"/>.</summary>
    ErrorBased = 3,

    /// <summary>A budget per window, spent on all kinds of traces: <see cref="AdaptiveSampler{T}"/>.</summary>
    Adaptive = 4,
}
