namespace Vouch.TrustEngine.Audit;

/// <summary>When an audit log forces what it wrote to the disk. Either way an append has reached the operating system when it returns, and survives the death of the process.</summary>
public enum AuditDurability
{
    /// <summary>At checkpoints, at <see cref="AuditLog.Flush"/> and when the log is closed: a power failure may take the entries after the last of those.</summary>
    OnCheckpoint = 0,

    /// <summary>Before each append returns; appends that wait at the same time share one flush (group commit).</summary>
    EveryAppend,
}
