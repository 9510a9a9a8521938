namespace Vouch.TrustEngine.Audit;

/// <summary>What opening an audit log found at its end.</summary>
/// <param name="Entries">How many whole entries it holds.</param>
/// <param name="TornBytes">How many bytes of an append that was cut off were removed; 0 after a clean end.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct AuditRecovery(long Entries, long TornBytes);
