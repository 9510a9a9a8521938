namespace Vouch.Statistics.Sketches;

/// <summary>A bucket of a sketch that is not empty.</summary>
/// <param name="Lower">The least value it may hold.</param>
/// <param name="Upper">The largest value it may hold.</param>
/// <param name="Count">How many values it holds, 1 or more.</param>
public readonly record struct SketchBucket(double Lower, double Upper, long Count);
