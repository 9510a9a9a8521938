using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Audit;

/// <summary>How an <see cref="AuditLog"/> is kept.</summary>
public sealed class AuditLogOptions
{
    /// <summary>Gets or sets the name of the log, the first line of its checkpoints.</summary>
    /// <value>1 to 200 printable characters, best a URL without scheme that the host owns. The default is <c>vouch.invalid/audit</c>.</value>
    [Required]
    [StringLength(200, MinimumLength = 1)]
    public string Origin { get; set; } = "vouch.invalid/audit";

    /// <summary>Gets or sets when entries are forced to the disk.</summary>
    /// <value>The default is <see cref="AuditDurability.OnCheckpoint"/>.</value>
    [EnumDataType(typeof(AuditDurability))]
    public AuditDurability Durability { get; set; } = AuditDurability.OnCheckpoint;

    /// <summary>Gets or sets the greatest length of an entry.</summary>
    /// <value>Bytes in [1, 268435456]. The default is 1 MiB.</value>
    [Range(1, AuditRecord.MaxPayload)]
    public int MaxEntryBytes { get; set; } = 1 << 20;
}
