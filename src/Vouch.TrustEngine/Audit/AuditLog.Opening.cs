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

    /// <summary>Makes a log that lives in memory and ends with it, for tests and short runs.</summary>
    /// <param name="options">The options, copied; null for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public static AuditLog CreateInMemory(AuditLogOptions? options = null)
    {
        var log = new AuditLog(new MemoryAuditStorage(), null, Checked(options), null, TimeProvider.System);
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
        using Activity? activity = TrustMetrics.Activities.StartActivity("vouch.trust.audit.verify");
        using FileAuditStorage storage = FileAuditStorage.OpenForReading(path);
        var tree = new MerkleTree();
        AuditScan.Outcome outcome = AuditScan.Run(storage, (_, leaf) => tree.AppendLeafHash(leaf));
        HeadMatch match = expectedHead is not { } expected ? HeadMatch.NotCompared
            : expected.Size < 0 ? HeadMatch.Differs
            : expected.Size > tree.Size ? HeadMatch.TooShort
            : tree.GetRoot(expected.Size) == expected.RootHash ? HeadMatch.Matches
            : HeadMatch.Differs;
        var verification = new AuditLogVerification(tree.Head, outcome.Corruption, outcome.TornBytes, match);
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
        AuditLogOptions copied = Checked(options);
        logger ??= NullLogger.Instance;
        var opened = new AuditLog(FileAuditStorage.OpenForWriting(path), path, copied, metrics, time);
        bool recovered = false;
        try
        {
            recovered = opened.Recover(out corruption);
        }
        finally
        {
            if (!recovered)
            {
                opened._storage.Dispose();
            }
        }

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

    private bool Recover(out AuditLogCorruption? corruption)
    {
        AuditScan.Outcome outcome = AuditScan.Run(_storage, (offset, leaf) =>
        {
            _tree.AppendLeafHash(leaf);
            _offsets.Add(offset);
        });
        corruption = outcome.Corruption;
        if (corruption is not null)
        {
            return false;
        }

        Recovery = new AuditRecovery(_tree.Size, outcome.TornBytes);
        if (outcome.TornBytes > 0)
        {
            _storage.Truncate(outcome.End);
        }

        if (outcome.End == 0)
        {
            _storage.Write(0, AuditRecord.FileHeader);
        }

        _end = Math.Max(outcome.End, AuditRecord.FileHeader.Length);
        if (outcome.End == 0 || outcome.TornBytes > 0)
        {
            _storage.Flush();
        }

        _durableEnd = 0;
        return true;
    }
}
