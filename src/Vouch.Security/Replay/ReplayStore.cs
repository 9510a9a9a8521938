using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;

namespace Vouch.Security.Replay;

/// <summary>Remembers accepted requests in memory and, where asked for, in a file. Accepts none twice, whatever the clock does: what it has forgotten it knows to be too old.</summary>
/// <remarks>
/// <para>Safe to share. Requests are kept in buckets by the time at which they were signed. A bucket is dropped when the wall clock and the monotonic clock both say that nobody can still send from it; and from
/// then on everything signed before its end is refused (<see cref="ReplayOutcome.TooOld"/>), also when the wall clock is set back. A wall clock set forward by itself drops nothing.</para>
/// <para>When full, new requests are refused (<see cref="ReplayOutcome.Full"/>) until the oldest bucket may go; nothing is forgotten early. One call is a lock of one of 16 and a look into a hash table;
/// with a file also one write of 32 bytes. Tokens must be hard to foresee, as parts of authentication codes and of hashes are.</para>
/// </remarks>
public sealed class ReplayStore : IReplayStore, IDisposable
{
    private const int Stripes = 16;
    private const int BucketsPerWindow = 8;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(static _ => new Stripe())];
    private readonly ReplayStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly long _width;
    private readonly long _origin;
    private readonly ReplayJournal? _journal;
    private readonly Lock _sweeping = new();
    private long _horizon;
    private long _lastSweep;
    private long _count;

    /// <summary>Initializes a store, from its file where it has one.</summary>
    /// <param name="options">How much is remembered and for how long, or null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="IOException">The file cannot be opened, or another process has it open.</exception>
    /// <exception cref="InputValidationException">The file is not one of a replay store.</exception>
    public ReplayStore(ReplayStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new ReplayStoreOptions();
        Signing.ValidOptions.Require(new ReplayStoreOptionsValidator(), _options);
        _time = timeProvider ?? TimeProvider.System;
        _width = Math.Max(1, _options.Window.Ticks / BucketsPerWindow);
        _origin = _time.GetTimestamp();
        if (_options.JournalPath is { } path)
        {
            _journal = new ReplayJournal(path, _options.FlushToDisk);
            Load(_journal);
        }
    }

    /// <summary>Gets how many requests are remembered.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Gets the time before which everything is refused; the earliest time there is while nothing was forgotten.</summary>
    public DateTimeOffset RemembersSince => new(Volatile.Read(ref _horizon), TimeSpan.Zero);

    /// <summary>Gets whether the file was damaged when it was opened: everything signed before that moment is refused then.</summary>
    public bool WasDamaged { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written; the request is not accepted and counts as if it were.</exception>
    public ValueTask<ReplayOutcome> TryAcceptAsync(UInt128 token, DateTimeOffset createdAt, CancellationToken cancellationToken = default) => new(TryAccept(token, createdAt));

    /// <summary>Accepts a request the first time, and never again.</summary>
    /// <param name="token">What tells the request from all others.</param>
    /// <param name="createdAt">When it was signed, as the signature says.</param>
    /// <returns>Accepted, or why not.</returns>
    /// <exception cref="IOException">The file cannot be written; the request is not accepted and counts as if it were.</exception>
    public ReplayOutcome TryAccept(UInt128 token, DateTimeOffset createdAt)
    {
        long created = createdAt.UtcTicks;
        long wall = _time.GetUtcNow().UtcTicks;
        long elapsed = _time.GetElapsedTime(_origin).Ticks;
        if (created - wall > _options.MaxSkew.Ticks)
        {
            return ReplayOutcome.TooNew;
        }

        if (elapsed - Volatile.Read(ref _lastSweep) > _width)
        {
            Sweep(wall, elapsed);
        }

        ReplayOutcome outcome = Add(token, created, elapsed);
        if (outcome == ReplayOutcome.Accepted)
        {
            _journal?.Append(token, created);
        }

        return outcome;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _journal?.Dispose();

    private ReplayOutcome Add(UInt128 token, long created, long elapsed)
    {
        Stripe stripe = _stripes[(int)(uint)(token >> 124)];
        lock (stripe)
        {
            // Under the lock: Sweep raises the horizon before it takes the lock to drop, so either the request is seen to be too old here or its bucket is whole.
            if (created < Volatile.Read(ref _horizon))
            {
                return ReplayOutcome.TooOld;
            }

            long index = created / _width;
            if (stripe.Buckets.TryGetValue(index, out Bucket? bucket) && bucket.Tokens.ContainsKey(token))
            {
                return ReplayOutcome.Replayed;
            }

            if (Interlocked.Increment(ref _count) > _options.Capacity)
            {
                Interlocked.Decrement(ref _count);
                return ReplayOutcome.Full;
            }

            if (bucket is null)
            {
                stripe.Buckets[index] = bucket = new Bucket();
            }

            bucket.Tokens.Add(token, created);
            bucket.LastAdded = elapsed;
            return ReplayOutcome.Accepted;
        }
    }

    private void Sweep(long wall, long elapsed)
    {
        if (!_sweeping.TryEnter())
        {
            return;
        }

        try
        {
            Volatile.Write(ref _lastSweep, elapsed);
            long end = LastDroppable(wall, elapsed);
            if (end == long.MinValue)
            {
                return;
            }

            Volatile.Write(ref _horizon, Math.Max(_horizon, (end + 1) * _width));
            long dropped = 0;
            foreach (Stripe stripe in _stripes)
            {
                lock (stripe)
                {
                    foreach (long index in stripe.Buckets.Keys.Where(index => index <= end).ToArray())
                    {
                        dropped += stripe.Buckets[index].Tokens.Count;
                        stripe.Buckets.Remove(index);
                    }
                }
            }

            Interlocked.Add(ref _count, -dropped);
            if (_journal is { } journal && journal.Records > Math.Max(4_096, 2 * Count))
            {
                journal.Rewrite(Volatile.Read(ref _horizon), All);
            }
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    /// <summary>The last bucket of which, and of all before which, both clocks say that the time is over.</summary>
    private long LastDroppable(long wall, long elapsed)
    {
        var lastAdded = new SortedDictionary<long, long>();
        foreach (Stripe stripe in _stripes)
        {
            lock (stripe)
            {
                foreach ((long index, Bucket bucket) in stripe.Buckets)
                {
                    lastAdded[index] = Math.Max(bucket.LastAdded, lastAdded.GetValueOrDefault(index, long.MinValue));
                }
            }
        }

        long end = long.MinValue;
        foreach ((long index, long last) in lastAdded)
        {
            if (((index + 1) * _width) + _options.Window.Ticks > wall || elapsed - last <= _options.Window.Ticks)
            {
                break;
            }

            end = index;
        }

        return end;
    }

    private IEnumerable<(UInt128 Token, long Created)> All()
    {
        foreach (Stripe stripe in _stripes)
        {
            (UInt128, long)[] copy;
            lock (stripe)
            {
                copy = [.. stripe.Buckets.Values.SelectMany(static bucket => bucket.Tokens.Select(static entry => (entry.Key, entry.Value)))];
            }

            foreach ((UInt128, long) entry in copy)
            {
                yield return entry;
            }
        }
    }

    private void Load(ReplayJournal journal)
    {
        (long horizon, List<(UInt128 Token, long Created)> entries, bool isDamaged) = journal.Read();
        _horizon = horizon;
        if (isDamaged)
        {
            // What is not known to be new is refused: everything that can have been accepted before now.
            WasDamaged = true;
            long latest = entries.Count == 0 ? 0 : entries.Max(static entry => entry.Created);
            _horizon = Math.Max(Math.Max(_horizon, latest + 1), _time.GetUtcNow().UtcTicks + _options.MaxSkew.Ticks);
        }
        else if (entries.Count > _options.Capacity)
        {
            entries.Sort(static (left, right) => left.Created.CompareTo(right.Created));
            int tooMany = entries.Count - _options.Capacity;
            _horizon = Math.Max(_horizon, entries[tooMany - 1].Created + 1);
        }

        // All that is left is remembered for a whole window from now by the monotonic clock: how long the process was away is not known to it.
        foreach ((UInt128 token, long created) in entries)
        {
            Add(token, created, 0);
        }

        journal.Rewrite(_horizon, All);
    }

    private sealed class Bucket
    {
        /// <summary>The tokens and when they were signed: a file that is read with another <see cref="ReplayStoreOptions.Window"/> must find the same times.</summary>
        public Dictionary<UInt128, long> Tokens { get; } = [];

        public long LastAdded { get; set; }
    }

    private sealed class Stripe
    {
        public Dictionary<long, Bucket> Buckets { get; } = [];
    }
}
