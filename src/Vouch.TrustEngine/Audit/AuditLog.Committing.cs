using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Audit;

/// <content>Appending without waiting: one thread writes and flushes for everyone.</content>
public sealed partial class AuditLog
{
    private readonly Lock _starting = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _committer;

    /// <summary>Appends an entry; many appends that are under way at once share one write and one flush.</summary>
    /// <param name="entry">The entry, may be empty; copied before the call returns.</param>
    /// <param name="cancellationToken">Ends the waiting. Once the entry was taken it is appended nevertheless.</param>
    /// <returns>Its index, from 0, once it has reached the operating system, and the disk under <see cref="AuditDurability.EveryAppend"/>.
    /// Entries that one caller hands over one after the other keep their order.</returns>
    /// <exception cref="ArgumentException"><paramref name="entry"/> is longer than <see cref="AuditLogOptions.MaxEntryBytes"/>.</exception>
    /// <exception cref="IOException">The entry could not be written and is not in the log; or it is in the log, but the disk refused to make it durable.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellationToken = default)
    {
        RequireLength(entry.Length, nameof(entry));
        cancellationToken.ThrowIfCancellationRequested();
        if (_backlog.IsLong)
        {
            // The caller waits here rather than memory growing; whoever else waits shares the write.
            WriteThrough(_backlog.Written);
        }

        AuditBacklog.Ticket ticket = _backlog.StageForCommit(entry.Span, out bool isFirst);
        if (isFirst)
        {
            WakeCommitter();
        }

        return CommittedAsync(ticket, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<long> CommittedAsync(AuditBacklog.Ticket ticket, CancellationToken cancellationToken)
    {
        Task done = ticket.Group!.Done;
        await (cancellationToken.CanBeCanceled ? done.WaitAsync(cancellationToken) : done).ConfigureAwait(false);
        ticket.RequireWritten();
        return ticket.Index;
    }

    private void WakeCommitter()
    {
        lock (_starting)
        {
            // A log that is being closed commits what was taken before by itself.
            if (_disposed)
            {
                return;
            }

            if (_committer is null)
            {
                _committer = new Thread(Commit) { IsBackground = true, Name = "Vouch audit log" };
                _committer.Start();
            }

            _wake.Set();
        }
    }

    // No entry is taken any more, so one last round sees all that were.
    private void StopCommitting()
    {
        Thread? committer;
        lock (_starting)
        {
            committer = _committer;
            _wake.Set();
        }

        committer?.Join();
        CommitGroups();
        _wake.Dispose();
    }

    private void Commit()
    {
        while (!_disposed)
        {
            _wake.WaitOne();
            CommitGroups();
        }
    }

    private void CommitGroups()
    {
        while (_backlog.TakeGroup() is { } group)
        {
            try
            {
                lock (_writing)
                {
                    Write();
                }

                _metrics?.Appended(group.Entries);
                if (_options.Durability == AuditDurability.EveryAppend)
                {
                    MakeDurable(_backlog.Written);
                }

                group.Complete();
            }
            catch (Exception refused)
            {
                // Whatever went wrong belongs to those who wait; this thread goes on for the others.
                group.Fail(refused);
            }
        }
    }
}
