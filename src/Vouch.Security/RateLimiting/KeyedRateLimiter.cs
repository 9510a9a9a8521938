using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Security.RateLimiting;

/// <summary>
/// A bucket for each key, in a fixed amount of memory. Answers exactly as a bucket per key would that never forgot anything: only full buckets, which are the same as new ones, are given up
/// to make room, and a new key that finds no room is refused (<see cref="RateLimitOutcome.Saturated"/>).
/// </summary>
/// <typeparam name="TKey">What permits are counted by.</typeparam>
/// <remarks>
/// <para>Safe to share. A known key costs a hash, one comparison of 16 tags and one compare-and-swap; no lock, nothing allocated, granted or refused. A lock (one of 64) is taken only to make room for a
/// new key. Memory: 17 bytes and a key's place for each of 4/3 x <c>maxKeys</c> slots, at the start.</para>
/// <para>Each key has two groups of 16 slots to live in and takes the emptier one, so that hardly a key is refused before <c>maxKeys</c> owe at once. Keys that callers can
/// choose should have a hash that they cannot foresee, as strings have.</para>
/// <para>Source: ITU-T I.371 (generic cell rate algorithm); Y. Azar, A. Z. Broder, A. R. Karlin, E. Upfal, <i>Balanced allocations</i>, SIAM J. Comput. 29 (1999), for the two choices.</para>
/// </remarks>
public sealed partial class KeyedRateLimiter<TKey>
    where TKey : notnull
{
    private const int GroupSize = 16;
    private const long Busy = long.MaxValue;
    private const byte Used = 0x80;

    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly RateQuota _quota;
    private readonly uint _groups;
    private readonly ulong _seed;
    private readonly byte[] _tags;
    private readonly TKey[] _keys;
    private readonly long[] _cells;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];
    private readonly ConcurrentDictionary<TKey, RateQuota> _overrides;
    private long _forgotten;
    private int _count;
    private volatile bool _hasOverrides;

    /// <summary>Initializes a limiter in which every bucket is full.</summary>
    /// <param name="quota">How much each key may use.</param>
    /// <param name="maxKeys">How many keys that owe permits are remembered at once, in [16, 100000000].</param>
    /// <param name="timeProvider">The clock for calls that give no time; null for the system's.</param>
    /// <param name="comparer">Tells keys apart; null for the default of the type.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public KeyedRateLimiter(RateQuota quota, int maxKeys = 65_536, TimeProvider? timeProvider = null, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, GroupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxKeys, 100_000_000);
        _quota = quota.Required(nameof(quota));
        _time = timeProvider ?? TimeProvider.System;
        _origin = _time.GetTimestamp();
        _comparer = comparer ?? (typeof(TKey).IsValueType ? null : EqualityComparer<TKey>.Default);
        MaxKeys = maxKeys;
        _groups = (uint)(((maxKeys * 4L / 3) + GroupSize - 1) / GroupSize);
        int slots = (int)_groups * GroupSize;
        _tags = new byte[slots];
        _keys = new TKey[slots];
        _cells = new long[slots];
        _overrides = new ConcurrentDictionary<TKey, RateQuota>(comparer);
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
        _seed = MemoryMarshal.Read<ulong>(seed) | 1;
    }

    /// <summary>Gets how much each key may use that has no quota of its own.</summary>
    public RateQuota Quota => _quota;

    /// <summary>Gets how many keys that owe permits are remembered at once.</summary>
    public int MaxKeys { get; }

    /// <summary>Gets how many keys are remembered, those whose bucket is full again among them.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets how much memory the limiter holds besides what keys refer to, in bytes. It never changes.</summary>
    public long MemoryBytes => (long)_tags.Length * (sizeof(byte) + sizeof(long) + Unsafe.SizeOf<TKey>());

    /// <summary>Gives a key a quota of its own, from the next call on. What it owes stays owed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="quota">How much it may use; null to give it the common quota again.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quota"/> is the default value.</exception>
    /// <remarks>Quotas of their own are kept besides the fixed memory, about 100 bytes each: they are for keys that an operator names.</remarks>
    public void SetQuota(TKey key, RateQuota? quota)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (quota is { } own)
        {
            _overrides[key] = own.Required(nameof(quota));
            _hasOverrides = true;
        }
        else
        {
            _overrides.TryRemove(key, out _);
        }
    }

    /// <summary>Gets the quota of a key: its own or the common one.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public RateQuota QuotaOf(TKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _overrides.TryGetValue(key, out RateQuota own) ? own : _quota;
    }

    /// <summary>Takes permits of a key, or none.</summary>
    /// <param name="key">Whose permits.</param>
    /// <param name="quantity">How many, 0 or more; 0 asks what is left and takes nothing.</param>
    /// <returns>Granted with what is left, or refused with when to come back.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantity"/> is negative.</exception>
    public RateLimitDecision Acquire(TKey key, int quantity = 1) => Acquire(key, quantity, _time.GetElapsedTime(_origin));

    /// <summary>Takes permits of a key, or none, at a time that the caller has read already.</summary>
    /// <param name="key">Whose permits.</param>
    /// <param name="quantity">How many, 0 or more; 0 asks what is left and takes nothing.</param>
    /// <param name="now">The time since a fixed origin, on a monotonic clock, the same for all calls: zero to 140 years.</param>
    /// <returns>Granted with what is left, or refused with when to come back.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>A call with an older time than another's before it is judged as if no time had passed in between: threads whose reading of the clock is stale get no more than their share.</remarks>
    public RateLimitDecision Acquire(TKey key, int quantity, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        long time = Nanoseconds.From(now);
        if (_hasOverrides && _overrides.TryGetValue(key, out RateQuota own))
        {
            return Acquire(key, quantity, time, in own);
        }

        return Acquire(key, quantity, time, in _quota);
    }

    private RateLimitDecision Acquire(TKey key, int quantity, long now, in RateQuota quota)
    {
        ulong hash = Hash(key);
        while (true)
        {
            int slot = Find(key, hash, out long tat);
            if (slot < 0)
            {
                return Begin(key, hash, quantity, now, in quota);
            }

            if (TryTake(slot, tat, quantity, now, in quota, out RateLimitDecision decision))
            {
                return decision;
            }
        }
    }

    /// <summary>Decides on a slot that held a number before its key was compared; false where it has moved since.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(int slot, long tat, int quantity, long now, in RateQuota quota, out RateLimitDecision decision)
    {
        ref long cell = ref _cells[slot];
        if (quantity <= quota.Burst && Gcra.Allows(tat, now, in quota, quantity, out long next))
        {
            // Numbers of a slot only ever grow, also when it changes hands (see Begin): the swap succeeding means that nothing
            // happened since the number was read, so the key that was compared in between owned the slot throughout.
            decision = Gcra.Granted(in quota, next, now);
            return quantity == 0 ? IsUnmoved(ref cell, tat) : Interlocked.CompareExchange(ref cell, next, tat) == tat;
        }

        decision = quantity > quota.Burst
            ? Gcra.NeverGrantable(in quota, tat, now)
            : Gcra.Exhausted(in quota, tat, Math.Max(tat, now) + (quota.IntervalNanoseconds * quantity), now);
        return IsUnmoved(ref cell, tat);
    }

    private static bool IsUnmoved(ref long cell, long tat)
    {
        Volatile.ReadBarrier(); // the comparison of the key comes before the second look
        return Volatile.Read(ref cell) == tat;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Hash(TKey key)
    {
        uint code = (uint)(_comparer is null ? key.GetHashCode() : _comparer.GetHashCode(key));
        ulong low = Math.BigMul(code ^ _seed, 0x9E37_79B9_7F4A_7C15UL, out ulong high);
        return low ^ high;
    }

    private uint FirstGroup(ulong hash) => (uint)(((hash >> 32) * _groups) >> 32);

    private uint SecondGroup(ulong hash) => (uint)((((hash * 0xD6E8_FEB8_6659_FD93UL) >> 32) * _groups) >> 32);

    private static byte Tag(ulong hash) => (byte)(hash | Used);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(TKey key, ulong hash, out long tat)
    {
        int slot = Find(key, FirstGroup(hash), Tag(hash), out tat);
        return slot >= 0 ? slot : Find(key, SecondGroup(hash), Tag(hash), out tat);
    }

    /// <summary>The slot of a key, with the number that it held before the key was compared; -1 where it is not there or is changing hands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(TKey key, uint group, byte tag, out long tat)
    {
        int first = (int)group * GroupSize;
        uint candidates = Vector128.Equals(Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_tags), (nuint)first), Vector128.Create(tag)).ExtractMostSignificantBits();
        while (candidates != 0)
        {
            int slot = first + System.Numerics.BitOperations.TrailingZeroCount(candidates);
            tat = Volatile.Read(ref _cells[slot]);
            if (tat != Busy && (_comparer is null ? EqualityComparer<TKey>.Default.Equals(_keys[slot], key) : _comparer.Equals(_keys[slot], key)))
            {
                return slot;
            }

            candidates &= candidates - 1;
        }

        tat = 0;
        return -1;
    }
}
