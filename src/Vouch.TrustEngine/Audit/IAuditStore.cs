using System.Diagnostics.CodeAnalysis;

namespace Vouch.TrustEngine.Audit;

/// <summary>Where an <see cref="AuditLog"/> keeps its entries: a file, memory, a database, or what a host brings along.</summary>
/// <remarks>
/// The log calls <see cref="Append"/> from one thread at a time, <see cref="Flush"/> from one thread at a time and possibly during an append, and
/// <see cref="TryRead"/> from any number of threads at any time. Hashes, order and proofs are the log's: a store may be as plain as a list. What a store
/// gives back is checked against the tree before it is served.
/// </remarks>
public interface IAuditStore : IDisposable
{
    /// <summary>Gets where the entries are, to be named in messages: a path, say; null for memory.</summary>
    string? Location { get; }

    /// <summary>Reads all whole entries in order.</summary>
    /// <param name="visit">Called with each.</param>
    /// <param name="repair">Whether to remove an append that was cut off. Damage is never removed.</param>
    /// <returns>What was found; the first damage ends the reading.</returns>
    /// <exception cref="IOException">The store cannot be read, or not be repaired.</exception>
    AuditStoreContent Load(AuditEntryVisitor visit, bool repair);

    /// <summary>Appends entries: all of them, or none where it throws. When it returns they survive the death of the process.</summary>
    /// <param name="firstIndex">The index of the first; the number of entries so far.</param>
    /// <param name="entries">The entries.</param>
    /// <exception cref="IOException">They could not be written. A store that could not undo a failed append refuses all further ones.</exception>
    void Append(long firstIndex, AuditEntries entries);

    /// <summary>Forces everything appended before the call to the disk, where there is one.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    void Flush();

    /// <summary>Reads an entry back.</summary>
    /// <param name="index">The index of an entry that was appended or loaded.</param>
    /// <param name="entry">The entry's bytes; null where they cannot be read.</param>
    /// <param name="corruption">Why they cannot be read, or null.</param>
    /// <returns>Whether there are bytes. They need not be right: the log checks them.</returns>
    bool TryRead(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption);

    /// <summary>Gets the byte offset at which an entry is stored, to be named in messages; -1 where the store knows none.</summary>
    /// <param name="index">The index of an entry that was appended or loaded.</param>
    long GetOffset(long index);
}
