namespace Vouch.TrustEngine.Audit;

/// <summary>Damage found in an audit log.</summary>
/// <param name="Offset">The byte offset of the damaged record, or of the file's header.</param>
/// <param name="Index">The index of the entry that the record holds, or -1 for the file's header.</param>
/// <param name="Reason">What is wrong, in words.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AuditLogCorruption(long Offset, long Index, string Reason)
{
    /// <summary>Returns the damage as text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Reason} (entry {Index}, byte {Offset})");
}
