using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Sqlite;

/// <content>The database: connections, tables, and what counts as damage.</content>
public sealed partial class SqliteAuditStore
{
    private const int Format = 1;

    // https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB.
    private const int ResultCorrupt = 11;
    private const int ResultNoDatabase = 26;

    static SqliteAuditStore() => SQLitePCL.Batteries_V2.Init();

    private static void Check(SqliteAuditStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Path, nameof(options));
        foreach (IValidateOptions<SqliteAuditStoreOptions> validator in (IValidateOptions<SqliteAuditStoreOptions>[])[new SqliteAuditStoreOptionsValidator(), new SqliteAuditStoreOptionsRules()])
        {
            ValidateOptionsResult result = validator.Validate(Options.DefaultName, options);
            if (result.Failed)
            {
                throw new OptionsValidationException(Options.DefaultName, typeof(SqliteAuditStoreOptions), result.Failures);
            }
        }
    }

    private static SqliteConnection Connect(string path, SqliteAuditStoreOptions options, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            DefaultTimeout = options.BusySeconds,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection writer)
    {
        Execute(writer, "PRAGMA journal_mode=WAL");
        Execute(writer, "PRAGMA synchronous=NORMAL");
        using SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
        Execute(writer, "CREATE TABLE IF NOT EXISTS vouch_audit_log (id INTEGER PRIMARY KEY CHECK (id = 0), format INTEGER NOT NULL, flushes INTEGER NOT NULL)");
        Execute(writer, "CREATE TABLE IF NOT EXISTS vouch_audit_entries (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL)");
        Execute(writer, "INSERT OR IGNORE INTO vouch_audit_log (id, format, flushes) VALUES (0, 1, 0)");
        using (SqliteCommand ask = writer.CreateCommand())
        {
            ask.CommandText = "SELECT format FROM vouch_audit_log";
            if (ask.ExecuteScalar() is not (long)Format)
            {
                throw new IOException($"The audit database '{writer.DataSource}' is not of format {Format}, the only one that this version knows.");
            }
        }

        transaction.Commit();
    }

    private static SqliteCommand InsertInto(SqliteConnection writer)
    {
        SqliteCommand insert = writer.CreateCommand();
        insert.CommandText = "INSERT INTO vouch_audit_entries (idx, entry, leaf) VALUES ($idx, $entry, $leaf)";
        insert.Parameters.Add("$idx", SqliteType.Integer);
        insert.Parameters.Add("$entry", SqliteType.Blob);
        insert.Parameters.Add("$leaf", SqliteType.Blob);
        return insert;
    }

    private static SqliteCommand SelectFrom(SqliteConnection reader)
    {
        SqliteCommand select = reader.CreateCommand();
        select.CommandText = "SELECT entry FROM vouch_audit_entries WHERE idx = $idx";
        select.Parameters.Add("$idx", SqliteType.Integer);
        return select;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static bool IsDamage(SqliteException refused) => refused.SqliteErrorCode is ResultCorrupt or ResultNoDatabase;

    // Why a row is not the entry that belongs there; null where it is, and the entry is set.
    private static string? Damage(SqliteDataReader row, long index, out byte[] entry)
    {
        entry = [];
        if (row.GetInt64(0) != index)
        {
            return "The entry is missing";
        }

        if (row.GetValue(1) is not byte[] bytes || row.GetValue(2) is not byte[] leaf)
        {
            return "The entry or its hash is no blob";
        }

        entry = bytes;
        return MerkleHash.TryCreate(leaf, out MerkleHash hash) && hash == MerkleTree.HashLeaf(bytes) ? null : "The entry's bytes are not those of its hash";
    }
}
