using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Sqlite;

/// <summary>Where and how an audit log is kept in SQLite.</summary>
public sealed class SqliteAuditStoreOptions
{
    /// <summary>Gets or sets the database's file; created where there is none.</summary>
    /// <value>A path. The default is <c>audit.db</c> in the working folder.</value>
    [Required]
    public string Path { get; set; } = "audit.db";

    /// <summary>Gets or sets how long a statement waits for a database that another process is writing to.</summary>
    /// <value>Seconds in [1, 3600]. The default is 30.</value>
    [Range(1, 3600)]
    public int BusySeconds { get; set; } = 30;
}
