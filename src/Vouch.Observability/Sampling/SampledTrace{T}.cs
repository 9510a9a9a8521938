namespace Vouch.Observability.Sampling;

/// <summary>A trace that was kept.</summary>
/// <typeparam name="T">What stands for a trace.</typeparam>
/// <param name="Trace">The trace.</param>
/// <param name="Summary">What the sampler was told of it.</param>
/// <param name="Weight">How many traces it stands for, 1 or more: sums of weights over any kind of trace estimate how many there were, without bias.</param>
public sealed record SampledTrace<T>(T Trace, TraceSummary Summary, double Weight);
