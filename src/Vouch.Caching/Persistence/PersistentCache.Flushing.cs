namespace Vouch.Caching.Persistence;

public sealed partial class PersistentCache
{
    private readonly Lock _flush = new();
    private readonly Lock _summaryLock = new();
    private Task _summaries = Task.CompletedTask;
    private ITimer? _flushTimer;
    private long _flushed;              // records that a flush has covered; under _flush
    private long _flushedSegment;       // segments before this one are on the disk; under _flush

    /// <summary>Forces everything written so far to the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        FlushSegments();
    }

    /// <summary>Forces everything written so far to the disk, off the caller's thread.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>When it is there.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Run(FlushSegments, cancellationToken);
    }

    // Whoever comes while a flush runs waits for it, and the first of those then flushes for all of them.
    private void FlushUpTo(long written)
    {
        lock (_flush)
        {
            if (_flushed < written)
            {
                FlushSegments();
            }
        }
    }

    private void FlushSegments()
    {
        lock (_flush)
        {
            long covered;
            long newest;
            lock (_append)
            {
                covered = _appended;
                newest = _active.Id;
            }

            for (long id = _flushedSegment; id <= newest; id++)
            {
                // One that is gone holds nothing that anyone waits for.
                if (Volatile.Read(ref _segments[SlotOf(id)]) is { } segment && segment.Id == id && segment.TryAcquire())
                {
                    try
                    {
                        segment.Flush();
                    }
                    finally
                    {
                        segment.Release();
                    }
                }
            }

            _flushed = covered;
            _flushedSegment = newest;
        }
    }

    private void StartFlushing()
    {
        _flushedSegment = _active.Id;
        if (_options.Durability == PersistentDurability.Interval)
        {
            _flushTimer = _time.CreateTimer(static state => ((PersistentCache)state!).FlushOnTimer(), this, _options.FlushInterval, _options.FlushInterval);
        }
    }

    private void FlushOnTimer()
    {
        try
        {
            lock (_append)
            {
                if (_disposed)
                {
                    return;
                }
            }

            FlushSegments();
        }
        catch (IOException failure)
        {
            Log.FlushFailed(_logger, failure);
        }
    }

    private void StopFlushing()
    {
        _flushTimer?.Dispose();
        WaitForSummaries();
    }

    // A summary is written on the thread pool, one after the other: without it a restart takes longer and finds the same.
    private void Summarize(Segment segment)
    {
        if (!segment.TryAcquire())
        {
            return;
        }

        lock (_summaryLock)
        {
            _summaries = _summaries.ContinueWith(
                _ =>
                {
                    try
                    {
                        SegmentSummary.Write(segment);
                    }
                    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                    {
                        Log.SummaryFailed(_logger, segment.Path, failure);
                    }
                    finally
                    {
                        segment.Release();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    internal void WaitForSummaries()
    {
        Task pending;
        lock (_summaryLock)
        {
            pending = _summaries;
        }

        pending.Wait();
    }
}
