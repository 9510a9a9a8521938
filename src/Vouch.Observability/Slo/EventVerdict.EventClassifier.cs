namespace Vouch.Observability.Slo;

/// <summary>Says what a measurement of an instrument is for an objective.</summary>
/// <param name="value">What was recorded, in the instrument's unit.</param>
/// <param name="tags">The tags it was recorded with.</param>
/// <returns>The verdict. Of a counter, the value is the number of events with that verdict.</returns>
/// <remarks>Called on the thread that records: quick, without allocation, never throwing.</remarks>
public delegate EventVerdict EventClassifier(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);
