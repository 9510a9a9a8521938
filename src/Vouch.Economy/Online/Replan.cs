namespace Vouch.Economy.Online;

/// <summary>What one event led to.</summary>
/// <param name="Slot">The slot it happened in.</param>
/// <param name="Event">The event in a few words.</param>
/// <param name="Decisions">What was decided, in the order it was.</param>
public sealed record Replan(int Slot, string Event, IReadOnlyList<Decision> Decisions);
