namespace Vouch.Observability.Slo;

/// <summary>An alert, by its number, went from one state to another when so many slots were closed.</summary>
internal readonly record struct SlotChange(int Alert, AlertState From, AlertState To, long Slot);
