using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Diagnostics;

namespace Vouch.TrustEngine.Audit;

/// <content>How a log is opened, recovered and verified.</content>
public sealed partial class AuditLog
{
    /// <summary>Opens a log for appending, and creates it where there is none.</summary>
    /// <param name="path">The log's file. Beside it an empty <c>.lock</c> file keeps other writers out.</param>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <param name="logger">Where recoveries and damage are reported; null for nowhere.</param>
    /// <returns>The log. An append that was cut off at its end has been removed; see <see cref="Recovery"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="AuditLogCorruptionException">The file is damaged, or is no audit log. It is left as it is.</exception>
    /// <exception cref="IOException">The file cannot be opened, or is open for writing elsewhere.</exception>
    public static AuditLog Open(string path, AuditLogOptions? options = null, ILogger<AuditLog>? logger = null) =>
        TryOpen(path, options, logger, null, TimeProvider.System, out AuditLog? log, out AuditLogCorruption? corruption)
            ? log
            : throw new AuditLogCorruptionException(path, corruption);

    /// <summary>Opens a log for appending, or says how it is damaged.</summary>
    /// <param name="path">The log's file.</param>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <param name="log">The log; null where it is damaged.</param>
    /// <param name="corruption">The damage, or null.</param>
    /// <returns>Whether the log is open.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="IOException">The file cannot be opened, or is open for writing elsewhere.</exception>
    public static bool TryOpen(
        string path, AuditLogOptions? options, [NotNullWhen(true)] out AuditLog? log, [NotNullWhen(false)] out AuditLogCorruption? corruption) =>
        TryOpen(path, options, null, null, TimeProvider.System, out log, out corruption);

    /// <summary>Opens a log over a store of the caller's choice.</summary>
    /// <param name="store">The store; the log's to dispose from here on, also where it cannot be opened.</param>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <param name="logger">Where recoveries and damage are reported; null for nowhere.</param>
    /// <returns>The log. An append that was cut off at its end has been removed; see <see cref="Recovery"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="AuditLogCorruptionException">The store is damaged. It is left as it is.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public static AuditLog Open(IAuditStore store, AuditLogOptions? options = null, ILogger<AuditLog>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return TryOpen(() => store, options, logger, null, TimeProvider.System, out AuditLog? log, out AuditLogCorruption? corruption)
            ? log
            : throw new AuditLogCorruptionException(store.Location, corruption);
    }

    /// <summary>Makes a log that lives in memory and ends with it, for tests and short runs.</summary>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public static AuditLog CreateInMemory(AuditLogOptions? options = null)
    {
        var log = new AuditLog(new MemoryAuditStore(), Checked(options), null, TimeProvider.System);
        log.Recover(out _);
        return log;
    }

    /// <summary>Reads a log from its first byte to its last without changing it; it may be open elsewhere.</summary>
    /// <param name="path">The log's file.</param>
    /// <param name="expectedHead">A head that was kept elsewhere; null to look for damage only. The log may have grown since.</param>
    /// <returns>What was found. O(n) time and memory.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static AuditLogVerification Verify(string path, TreeHead? expectedHead = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileAuditStore store = FileAuditStore.OpenForReading(path);
        return Verify(store, expectedHead);
    }

    /// <summary>Reads a store from its first entry to its last without changing it.</summary>
    /// <param name="store">The store; stays the caller's to dispose.</param>
    /// <param name="expectedHead">A head that was kept elsewhere; null to look for damage only. The log may have grown since.</param>
    /// <returns>What was found. O(n) time and memory.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public static AuditLogVerification Verify(IAuditStore store, TreeHead? expectedHead = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        using Activity? activity = TrustMetrics.Activities.StartActivity("vouch.trust.audit.verify");
        var tree = new MerkleTree();
        AuditStoreContent content = Load(store, tree, repair: false);
        HeadMatch match = expectedHead is not { } expected ? HeadMatch.NotCompared
            : expected.Size < 0 ? HeadMatch.Differs
            : expected.Size > tree.Size ? HeadMatch.TooShort
            : tree.GetRoot(expected.Size) == expected.RootHash ? HeadMatch.Matches
            : HeadMatch.Differs;
        var verification = new AuditLogVerification(tree.Head, content.Corruption, content.TornBytes, match);
        if (!verification.IsIntact)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        return verification;
    }

    internal static bool TryOpen(
        string path,
        AuditLogOptions? options,
        ILogger? logger,
        TrustMetrics? metrics,
        TimeProvider time,
        [NotNullWhen(true)] out AuditLog? log,
        [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return TryOpen(() => FileAuditStore.OpenForWriting(path), options, logger, metrics, time, out log, out corruption);
    }

    internal static bool TryOpen(
        Func<IAuditStore> store,
        AuditLogOptions? options,
        ILogger? logger,
        TrustMetrics? metrics,
        TimeProvider time,
        [NotNullWhen(true)] out AuditLog? log,
        [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        AuditLogOptions copied = Checked(options);
        logger ??= NullLogger.Instance;
        var opened = new AuditLog(store(), copied, metrics, time);
        bool recovered = false;
        try
        {
            recovered = opened.Recover(out corruption);
        }
        finally
        {
            if (!recovered)
            {
                opened._store.Dispose();
            }
        }

        string path = opened.Path ?? "";

        if (!recovered)
        {
            Log.Corrupt(logger, path, corruption!.Offset, corruption.Index, corruption.Reason);
            log = null;
            return false;
        }

        if (opened.Recovery.TornBytes > 0)
        {
            Log.TornTail(logger, path, opened.Recovery.TornBytes, opened.Recovery.Entries);
        }

        Log.Opened(logger, path, opened.Recovery.Entries);
        corruption = null;
        log = opened;
        return true;
    }

    private static AuditLogOptions Checked(AuditLogOptions? options)
    {
        options ??= new AuditLogOptions();
        OptionsCheck.Require(options, new AuditLogOptionsValidator(), new AuditLogOptionsRules());
        return new AuditLogOptions { Origin = options.Origin, Durability = options.Durability, MaxEntryBytes = options.MaxEntryBytes };
    }

    private static AuditStoreContent Load(IAuditStore store, MerkleTree tree, bool repair)
    {
        // The entries pass through a chunk, so that they are hashed many at a time.
        var chunk = new AuditChunk(AuditChunk.BufferLength, HashedTogether);
        var leaves = new MerkleHash[HashedTogether];
        AuditStoreContent content = store.Load(
            entry =>
            {
                if (chunk.Count == HashedTogether || !chunk.HasRoom(entry.Length, 1))
                {
                    TakeIn();
                }

                if (chunk.HasRoom(entry.Length, 1))
                {
                    chunk.Add(entry);
                }
                else
                {
                    tree.Append(entry);
                }
            },
            repair);
        TakeIn();
        return content;

        void TakeIn()
        {
            Span<MerkleHash> part = leaves.AsSpan(0, chunk.Count);
            chunk.HashLeaves(0, part);
            tree.AppendLeafHashes(part);
            chunk.Reset(0);
        }
    }

    private bool Recover(out AuditLogCorruption? corruption)
    {
        AuditStoreContent content = Load(_store, _tree, repair: true);
        corruption = content.Corruption;
        Recovery = new AuditRecovery(_tree.Size, content.TornBytes);
        _backlog.Start(_tree.Size);
        _hashed = _tree.Size;
        return corruption is null;
    }
}
