using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Sqlite;

[OptionsValidator]
internal sealed partial class SqliteAuditStoreOptionsValidator : IValidateOptions<SqliteAuditStoreOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class SqliteAuditStoreOptionsRules : IValidateOptions<SqliteAuditStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteAuditStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Path.StartsWith(':')
            ? ValidateOptionsResult.Fail("Path is a file: a log in memory is AuditLog.CreateInMemory().")
            : ValidateOptionsResult.Success;
    }
}
