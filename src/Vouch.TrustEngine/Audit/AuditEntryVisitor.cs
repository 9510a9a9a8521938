namespace Vouch.TrustEngine.Audit;

/// <summary>Takes the entries of a store one after the other, from the first on.</summary>
/// <param name="entry">The entry's bytes; they live no longer than the call.</param>
public delegate void AuditEntryVisitor(ReadOnlySpan<byte> entry);
