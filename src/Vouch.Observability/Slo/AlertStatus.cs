namespace Vouch.Observability.Slo;

/// <summary>Where an alert stands, on what evidence, and why.</summary>
/// <param name="Alert">The rule.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when; null where it never changed.</param>
/// <param name="LongWindow">What the long window held.</param>
/// <param name="ShortWindow">What the short window held.</param>
/// <param name="Chance">How likely a service exactly at its objective would show at least as many bad events in the long window, by the binomial distribution.</param>
/// <param name="Explanation">Why it fires, or why it does not and what it would take.</param>
public sealed record AlertStatus(BurnRateAlert Alert, AlertState State, DateTimeOffset? Since, WindowReading LongWindow, WindowReading ShortWindow, double Chance, string Explanation);
