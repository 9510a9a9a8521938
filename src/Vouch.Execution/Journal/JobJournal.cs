using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Core.Policy;
using Vouch.Execution.Results;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Journal;

/// <summary>
/// The journal of one job: its audit log (what was decided) and its result file (what was accepted). A result is on the disk before its acceptance is
/// logged, and its acceptance is on the disk before it is handed out; so a killed process loses nothing it has handed out and does nothing twice.
/// </summary>
/// <remarks>Used by one flow at a time.</remarks>
internal sealed class JobJournal<TResult> : IDisposable
{
    private readonly AuditLog _log;
    private readonly ResultFile? _results;
    private readonly IResultCodec<TResult>? _codec;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly List<(long Index, JournalEntry Entry)> _earlier = [];

    private JobJournal(AuditLog log, ResultFile? results, IResultCodec<TResult>? codec)
    {
        _log = log;
        _results = results;
        _codec = codec;
    }

    public TreeHead Head => _log.Head;

    /// <summary>How many bytes of an interrupted write were dropped on opening.</summary>
    public long DroppedBytes { get; private set; }

    /// <summary>What earlier runs had spent, as far as they could tell the journal.</summary>
    public CostBreakdown EarlierCost => _earlier.FindLast(static pair => pair.Entry.JobCost is { Length: 4 }).Entry?.JobCost is [double a, double b, double c, double d] ? new(a, b, c, d) : default;

    /// <summary>The units that earlier runs accepted.</summary>
    public IEnumerable<WorkUnitId> AcceptedUnits => _earlier.Where(static pair => pair.Entry is { Kind: JournalEntry.AcceptedKind, Unit: not null }).Select(static pair => new WorkUnitId(pair.Entry.Unit!));

    /// <summary>What the wrong results that earlier runs caught stand for.</summary>
    public double EarlierCharge => _earlier.FindLast(static pair => pair.Entry.Kind == JournalEntry.ChargedKind).Entry?.Weight ?? 0;

    /// <summary>What an earlier run had learnt about workers, in order.</summary>
    public IEnumerable<JournalEntry> Learnt => _earlier.Select(static pair => pair.Entry).Where(static entry => entry.Kind is JournalEntry.ObservedKind or JournalEntry.SuspendedKind);

    public static JobJournal<TResult> InMemory(string jobId, PolicyDigest policy)
    {
        var journal = new JobJournal<TResult>(AuditLog.CreateInMemory(), null, null);
        journal.Append(new JournalEntry { Kind = JournalEntry.JobKind, Job = jobId, Policy = policy.Value });
        return journal;
    }

    /// <exception cref="PolicyMismatchException">The journal was written under another policy and is to be refused then.</exception>
    /// <exception cref="InputValidationException">The journal is damaged.</exception>
    public static JobJournal<TResult> Open(string folder, string jobId, PolicyDigest policy, IResultCodec<TResult> codec, JournalMismatch onMismatch)
    {
        string place = Path.Combine(folder, FolderName(jobId));
        for (bool isAnew = false; ; isAnew = true)
        {
            Directory.CreateDirectory(place);
            JobJournal<TResult> journal = OpenFiles(place, codec);
            try
            {
                if (journal.BeginOrResume(jobId, policy, place) is not { } mismatch)
                {
                    return journal;
                }

                if (onMismatch == JournalMismatch.Refuse || isAnew)
                {
                    throw mismatch;
                }
            }
            catch
            {
                journal.Dispose();
                throw;
            }

            journal.Dispose();
            PutAside(place);
        }
    }

    public void Observe(WorkerId worker, bool correct, double weight) =>
        Append(new JournalEntry { Kind = JournalEntry.ObservedKind, Worker = worker.Value, Correct = correct, Weight = weight });

    public void Suspend(WorkerId worker, string reason) =>
        Append(new JournalEntry { Kind = JournalEntry.SuspendedKind, Worker = worker.Value, Reason = reason });

    /// <summary>Writes down what a kind and a text say.</summary>
    public void Note(string kind, string text) => Append(new JournalEntry { Kind = kind, Reason = text });

    /// <summary>Writes down what the wrong results caught so far stand for.</summary>
    public void Charge(double estimatedWrong) => Append(new JournalEntry { Kind = JournalEntry.ChargedKind, Weight = estimatedWrong });

    /// <summary>Turns the result that is to be accepted next into bytes; throws what the codec throws.</summary>
    public void Encode(TResult value)
    {
        _buffer.ResetWrittenCount();
        _codec?.Write(value, _buffer);
    }

    /// <summary>Keeps an accepted result, the one last encoded; on return it is on the disk.</summary>
    public JournalPosition Accept(AcceptedUnit accepted)
    {
        (long Offset, int Length, string Hash)? stored = null;
        if (_results is not null)
        {
            ReadOnlySpan<byte> data = _buffer.WrittenSpan;
            stored = (_results.Append(data), data.Length, Convert.ToHexStringLower(SHA256.HashData(data)));
        }

        long index = Append(new JournalEntry
        {
            Kind = JournalEntry.AcceptedKind,
            Unit = accepted.UnitId.Value,
            Worker = accepted.Worker.Value,
            Supporters = [.. accepted.Supporters.Select(static supporter => supporter.Value)],
            Error = accepted.ErrorProbability,
            Checks = accepted.ChecksPassed,
            UnitCost = accepted.UnitCost,
            JobCost = Figures(accepted.JobCost),
            Reasons = [.. accepted.Reasons],
            Offset = stored?.Offset,
            Length = stored?.Length,
            Hash = stored?.Hash,
        });
        _log.Flush();
        return PositionOf(index);
    }

    /// <summary>The last entry of a run: how it ended, and what was spent in all.</summary>
    public void End(string outcome, CostBreakdown cost) => Append(new JournalEntry { Kind = JournalEntry.EndedKind, Reason = outcome, JobCost = Figures(cost) });

    /// <summary>What earlier runs accepted, in order.</summary>
    /// <exception cref="InputValidationException">A result is not the one that was accepted.</exception>
    public IEnumerable<(AcceptedUnit Accepted, TResult Value, JournalPosition Position)> ReadAccepted()
    {
        foreach ((long index, JournalEntry entry) in _earlier)
        {
            if (entry.Kind != JournalEntry.AcceptedKind || _results is null)
            {
                continue;
            }

            if (entry is not { Unit: { } unit, Worker: { } worker, Supporters: { } supporters, Error: { } error, JobCost: [_, _, _, _], Offset: { } offset, Length: { } length })
            {
                throw Damaged(index, "an acceptance lacks a field");
            }

            byte[] data = _results.Read(offset, length);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(data)), entry.Hash, StringComparison.Ordinal))
            {
                throw Damaged(index, $"the result of unit {unit} is not the one that was accepted: its hash differs");
            }

            yield return (
                new AcceptedUnit
                {
                    UnitId = new WorkUnitId(unit),
                    Worker = new WorkerId(worker),
                    Supporters = [.. supporters.Select(static supporter => new WorkerId(supporter))],
                    ErrorProbability = error,
                    ChecksPassed = entry.Checks ?? 0,
                    UnitCost = entry.UnitCost ?? 0,
                    JobCost = new CostBreakdown(entry.JobCost[0], entry.JobCost[1], entry.JobCost[2], entry.JobCost[3]),
                    Reasons = entry.Reasons ?? [],
                },
                _codec!.Read(data),
                PositionOf(index));
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _results?.Dispose();
    }

    private static JobJournal<TResult> OpenFiles(string place, IResultCodec<TResult> codec)
    {
        AuditLog log = AuditLog.Open(Path.Combine(place, "audit.log"), new AuditLogOptions { Durability = AuditDurability.OnCheckpoint });
        try
        {
            return new JobJournal<TResult>(log, new ResultFile(Path.Combine(place, "results.bin")), codec);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Writes the first entry of a new journal, or reads an old one.</summary>
    /// <returns>Why the old journal does not belong to the job, or null where it does.</returns>
    private PolicyMismatchException? BeginOrResume(string jobId, PolicyDigest policy, string place)
    {
        long size = _log.Head.Size;
        for (long index = 0; index < size; index++)
        {
            _earlier.Add((index, Parse(index, _log.ReadEntry(index))));
        }

        if (size == 0)
        {
            DroppedBytes += _results!.Truncate(0);
            Append(new JournalEntry { Kind = JournalEntry.JobKind, Job = jobId, Policy = policy.Value });
            _log.Flush();
            return null;
        }

        JournalEntry first = _earlier[0].Entry;
        if (first.Kind != JournalEntry.JobKind || first.Job != jobId || first.Policy != policy.Value)
        {
            return new PolicyMismatchException(
                $"The journal in '{place}' was written for job '{first.Job}' under policy {first.Policy}; this is job '{jobId}' under {policy.Value}. "
                + "Give the job another id, or set ExecutionOptions.OnJournalMismatch to StartAnew to put the old journal aside.")
            {
                ExpectedDigest = policy.Value,
                ActualDigest = first.Policy,
            };
        }

        long end = _earlier.Where(static pair => pair.Entry.Kind == JournalEntry.AcceptedKind).Max(static pair => pair.Entry.Offset + pair.Entry.Length) ?? 0;
        DroppedBytes += _results!.Truncate(end);
        return null;
    }

    private static JournalEntry Parse(long index, ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, JournalJson.Default.JournalEntry) ?? throw Damaged(index, "the entry is null");
        }
        catch (JsonException cause)
        {
            throw Damaged(index, cause.Message);
        }
    }

    private long Append(JournalEntry entry) => _log.Append(JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry));

    private JournalPosition PositionOf(long index)
    {
        TreeHead head = _log.Head;
        return new JournalPosition(index, head, _log.GetInclusionProof(index, head.Size));
    }

    private static double[] Figures(CostBreakdown cost) => [cost.Accepted, cost.Replicas, cost.Rejected, cost.Checks];

    private static InputValidationException Damaged(long index, string what) =>
        new($"Entry {index} of the journal cannot be used: {what}. Put the journal aside or restore it from a copy.") { Location = $"entry {index}" };

    private static void PutAside(string place)
    {
        string aside = place + ".old";
        for (int number = 1; Directory.Exists(aside); number++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{place}.old{number}");
        }

        Directory.Move(place, aside);
    }

    /// <summary>A folder name that is safe on every system and distinct for distinct ids: readable characters, and a hash.</summary>
    private static string FolderName(string jobId)
    {
        var name = new StringBuilder();
        foreach (char c in jobId)
        {
            if (name.Length < 40)
            {
                name.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_');
            }
        }

        return $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jobId)).AsSpan(0, 4))}";
    }
}
