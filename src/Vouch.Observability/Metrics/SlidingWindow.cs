using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Metrics;

/// <summary>What a summary recorded lately.</summary>
/// <param name="Covered">How long the window really is: from the beginning of its oldest slice until now.</param>
/// <param name="Values">The values recorded in it.</param>
public sealed record SlidingWindow(TimeSpan Covered, QuantileSketch Values);
