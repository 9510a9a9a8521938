namespace Vouch.Observability.Events;

/// <summary>Something that happened.</summary>
/// <param name="Sequence">Its number: 1 for the first event of a log, one more for each further one, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Source">What it comes from, such as <c>health</c>.</param>
/// <param name="Message">What happened; a log cuts it to its longest length.</param>
public sealed record LoggedEvent(long Sequence, DateTimeOffset At, EventSeverity Severity, string Source, string Message);
