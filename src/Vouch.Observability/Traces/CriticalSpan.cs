namespace Vouch.Observability.Traces;

/// <summary>A span on the critical path.</summary>
/// <param name="Span">The index of the span in the trace.</param>
/// <param name="Exclusive">The part of the path that is the span's own: its duration less that of its children on the path. Never negative.</param>
public readonly record struct CriticalSpan(int Span, TimeSpan Exclusive);
