using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Audit;

namespace Vouch.TrustEngine.Sqlite;

/// <summary>Keeps the entries of an audit log in an SQLite database; give it to <see cref="AuditLog.Open(IAuditStore, AuditLogOptions?, Microsoft.Extensions.Logging.ILogger{AuditLog}?)"/>.</summary>
/// <remarks>
/// <para>Table <c>vouch_audit_entries (idx INTEGER PRIMARY KEY, entry BLOB, leaf BLOB)</c>: the entry and its RFC 6962 leaf hash, by which damage is found
/// and located when the log is opened. Every append is one transaction in the write-ahead log, so a crash keeps all of its entries or none; a flush commits
/// with <c>synchronous=FULL</c>, which forces the write-ahead log to the disk with everything before it.</para>
/// <para>One writer per database, in this process or another, kept out by a <c>.lock</c> file; other readers, with any SQLite tool, at any time. Safe to
/// share as <see cref="IAuditStore"/> asks.</para>
/// </remarks>
public sealed partial class SqliteAuditStore : IAuditStore
{
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly FileStream? _lock;
    private readonly Lock _writing = new();
    private readonly Lock _reading = new();
    private readonly SqliteCommand? _insert;
    private readonly SqliteCommand _select;

    private SqliteAuditStore(string path, SqliteAuditStoreOptions options, FileStream? lockFile)
    {
        Location = path;
        _lock = lockFile;
        bool writes = lockFile is not null;
        SqliteConnection? writer = null;
        SqliteConnection? reader = null;
        try
        {
            writer = Connect(path, options, writes ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly);
            if (writes)
            {
                Prepare(writer);
                _insert = InsertInto(writer);
            }

            reader = Connect(path, options, SqliteOpenMode.ReadOnly);
            _select = SelectFrom(reader);
        }
        catch (SqliteException refused)
        {
            reader?.Dispose();
            writer?.Dispose();
            lockFile?.Dispose();
            throw new IOException($"The audit database '{path}' cannot be opened: {refused.Message}", refused);
        }

        _writer = writer;
        _reader = reader;
    }

    /// <inheritdoc/>
    public string? Location { get; }

    /// <summary>Opens a database for a log that appends to it, and creates it where there is none.</summary>
    /// <param name="path">The database's file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="IOException">The file is no database, cannot be opened, or is open for writing elsewhere.</exception>
    public static SqliteAuditStore Open(string path) => Open(new SqliteAuditStoreOptions { Path = path });

    /// <summary>Opens a database for a log that appends to it, and creates it where there is none.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="IOException">The file is no database, cannot be opened, or is open for writing elsewhere.</exception>
    public static SqliteAuditStore Open(SqliteAuditStoreOptions options)
    {
        Check(options);
        FileStream lockFile;
        try
        {
            lockFile = new FileStream(options.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(options.Path + ".lock"))
        {
            throw new IOException($"The audit database '{options.Path}' is open for writing elsewhere; one writer at a time.", error);
        }

        return new SqliteAuditStore(options.Path, options, lockFile);
    }

    /// <summary>Opens a database that may be open for writing elsewhere, for <see cref="AuditLog.Verify(IAuditStore, TreeHead?)"/>.</summary>
    /// <param name="path">The database's file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="IOException">The file is missing, no database, or cannot be opened.</exception>
    public static SqliteAuditStore OpenForReading(string path)
    {
        var options = new SqliteAuditStoreOptions { Path = path };
        Check(options);
        return new SqliteAuditStore(path, options, null);
    }

    /// <inheritdoc/>
    public AuditStoreContent Load(AuditEntryVisitor visit, bool repair)
    {
        ArgumentNullException.ThrowIfNull(visit);
        long index = 0;
        lock (_reading)
        {
            try
            {
                using SqliteCommand all = _reader.CreateCommand();
                all.CommandText = "SELECT idx, entry, leaf FROM vouch_audit_entries ORDER BY idx";
                using SqliteDataReader rows = all.ExecuteReader();
                for (; rows.Read(); index++)
                {
                    if (Damage(rows, index, out byte[]? entry) is { } reason)
                    {
                        return new AuditStoreContent(index, 0, new AuditLogCorruption(-1, index, reason));
                    }

                    visit(entry);
                }
            }
            catch (SqliteException refused) when (IsDamage(refused))
            {
                return new AuditStoreContent(index, 0, new AuditLogCorruption(-1, index, $"The database is damaged: {refused.Message}"));
            }
            catch (SqliteException refused)
            {
                throw new IOException($"The audit database '{Location}' cannot be read: {refused.Message}", refused);
            }
        }

        return new AuditStoreContent(index, 0, null);
    }

    /// <inheritdoc/>
    public void Append(long firstIndex, AuditEntries entries)
    {
        SqliteCommand insert = _insert ?? throw new InvalidOperationException($"The audit database '{Location}' is open for reading only.");
        lock (_writing)
        {
            try
            {
                using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
                insert.Transaction = transaction;
                Span<byte> leaf = stackalloc byte[MerkleHash.Length];
                for (int i = 0; i < entries.Count; i++)
                {
                    MerkleTree.HashLeaf(entries[i]).CopyTo(leaf);
                    insert.Parameters[0].Value = firstIndex + i;
                    insert.Parameters[1].Value = entries[i].ToArray();
                    insert.Parameters[2].Value = leaf.ToArray();
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            }
            catch (SqliteException refused)
            {
                throw new IOException($"The audit database '{Location}' refused the entries: {refused.Message}", refused);
            }
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (_writing)
        {
            try
            {
                // A commit under FULL forces the write-ahead log to the disk, and with it all commits before.
                Execute(_writer, "PRAGMA synchronous=FULL");
                Execute(_writer, "UPDATE vouch_audit_log SET flushes = flushes + 1");
                Execute(_writer, "PRAGMA synchronous=NORMAL");
            }
            catch (SqliteException refused)
            {
                throw new IOException($"The audit database '{Location}' could not be flushed: {refused.Message}", refused);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryRead(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        lock (_reading)
        {
            try
            {
                _select.Parameters[0].Value = index;
                entry = _select.ExecuteScalar() as byte[];
                corruption = entry is null ? new AuditLogCorruption(-1, index, "The entry is missing from the database") : null;
                return entry is not null;
            }
            catch (SqliteException refused)
            {
                entry = null;
                corruption = new AuditLogCorruption(-1, index, $"The database does not give the entry: {refused.Message}");
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public long GetOffset(long index) => -1;

    /// <summary>Closes the database.</summary>
    public void Dispose()
    {
        // The writer last: closing it moves the write-ahead log into the database, unless someone else still reads.
        lock (_reading)
        {
            _select.Dispose();
            _reader.Dispose();
        }

        lock (_writing)
        {
            _insert?.Dispose();
            _writer.Dispose();
        }

        _lock?.Dispose();
    }
}
