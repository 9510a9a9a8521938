namespace Vouch.TrustEngine.Audit;

/// <summary>What reading an audit store from its first entry to its last found.</summary>
/// <param name="Entries">How many whole entries stand before the end or the first damage.</param>
/// <param name="TornBytes">How many bytes at the end belong to an append that was cut off; 0 where the store cannot be cut off within an append.</param>
/// <param name="Corruption">The first damage, or null where there is none.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct AuditStoreContent(long Entries, long TornBytes, AuditLogCorruption? Corruption);
