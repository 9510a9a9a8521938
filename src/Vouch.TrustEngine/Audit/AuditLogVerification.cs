namespace Vouch.TrustEngine.Audit;

/// <summary>What a full pass over an audit log found.</summary>
/// <param name="Head">The size and root of the whole entries up to the damage, or all of them.</param>
/// <param name="Corruption">The first damage, or null where there is none.</param>
/// <param name="TornBytes">How many bytes at the end belong to an append that was cut off, or is just being written.</param>
/// <param name="ExpectedHead">How the log compares with the head that was expected.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AuditLogVerification(TreeHead Head, AuditLogCorruption? Corruption, long TornBytes, HeadMatch ExpectedHead)
{
    /// <summary>Gets whether every record is whole and the expected head, where one was given, matches. A torn end does not count as damage: nothing acknowledged was in it.</summary>
    public bool IsIntact => Corruption is null && (ExpectedHead is HeadMatch.NotCompared or HeadMatch.Matches);
}
