using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Caching.Loading;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    private static readonly EntryOptions NoOptions = new();

    /// <summary>Sets the value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>What became of it: a full cache may refuse a new key, but says so.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weigher gave less than 1.</exception>
    public SetOutcome Set(TKey key, TValue value) => Set(key, value, NoOptions);

    /// <summary>Sets the value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="entry">How this entry is kept.</param>
    /// <returns>What became of it: a full cache may refuse a new key, but says so.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="entry"/> is null, or one of its tags.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value in <paramref name="entry"/> is out of its range, or the weigher gave less than 1.</exception>
    public SetOutcome Set(TKey key, TValue value, EntryOptions entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ulong hash = Hash(key);
        TermsOf(key, value, entry, TagsOf(entry.Tags), _stripes[ThreadIndex.Current], out EntryTerms terms);
        return Store(key, value, hash, ref terms, null);
    }

    /// <summary>Gets the value of a key, or makes and adds it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value from the key. Runs outside all locks; when several callers miss at once, each runs its own and all get the value that came first.
    /// <see cref="GetOrAddAsync(TKey, Func{TKey, CancellationToken, ValueTask{TValue}}, CancellationToken)"/> runs one for all.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="factory"/> is null.</exception>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ulong hash = Hash(key);
        if (TryRead(key, Upper(hash), out TValue? value))
        {
            return value;
        }

        Generation before = GenerationOf(hash);
        value = factory(key);
        return AddIfAbsent(key, value, hash, NoOptions, null, before);
    }

    /// <summary>Gets the value of a key, or makes and adds it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Handed to the factory, which then needs no closure.</param>
    /// <param name="factory">Makes the value from key and state. Runs outside all locks; when several callers miss at once, each runs its own and all get the value that came first.</param>
    /// <param name="entry">How the entry is kept; null for the cache's own settings.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value in <paramref name="entry"/> is out of its range, or the weigher gave less than 1.</exception>
    public TValue GetOrAdd<TState>(TKey key, TState state, Func<TKey, TState, TValue> factory, EntryOptions? entry = null)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(factory);
        ulong hash = Hash(key);
        if (TryRead(key, Upper(hash), out TValue? value))
        {
            return value;
        }

        entry ??= NoOptions;
        TagStamp? tags = TagsOf(entry.Tags);
        Generation before = GenerationOf(hash);
        value = factory(key, state);
        return AddIfAbsent(key, value, hash, entry, tags, before);
    }

    private TValue AddIfAbsent(TKey key, TValue value, ulong hash, EntryOptions entry, TagStamp? tags, Generation before)
    {
        if (value is null && entry.TimeToLive is null && _options.NegativeTimeToLive is { } negative)
        {
            if (negative == TimeSpan.Zero)
            {
                return value;
            }

            entry = entry with { TimeToLive = negative };
        }

        ReadStripe? stripe = _stripes[ThreadIndex.Current];
        TermsOf(key, value, entry, tags, stripe, out EntryTerms terms);
        RemovedEntry<TKey, TValue>[]? left;
        lock (_lock)
        {
            AddIfAbsentLocked(key, ref value, hash, ref terms, before, stripe);
            left = TakeLeft();
        }

        Announce(left);
        return value;
    }

    // A method of its own: what lives across a lock's end is kept in memory, not in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddIfAbsentLocked(TKey key, ref TValue value, ulong hash, ref EntryTerms terms, Generation before, ReadStripe? stripe)
    {
        BeginWrite(ref terms, stripe);
        int slot = FindFreshLocked(key, Upper(hash), terms.Now, out int any);
        if (slot >= 0)
        {
            value = _table.Entries[slot].Value;
        }
        else if (GenerationOf(hash) == before && (terms.Tags is not { } tags || tags.Created > _tagRemovals.Latest))
        {
            StoreLocked(key, value, hash, in terms, any);
        }
    }

    // Under a flight, a value is stored only while the flight stands; without one, always.
    private SetOutcome Store(TKey key, TValue value, ulong hash, ref EntryTerms terms, Flight<TKey, TValue>? flight)
    {
        SetOutcome outcome = SetOutcome.Rejected;
        RemovedEntry<TKey, TValue>[]? left;
        lock (_lock)
        {
            BeginWrite(ref terms, _stripes[ThreadIndex.Current]);
            if (flight is null)
            {
                SupersedeLocked(key);
                outcome = StoreLocked(key, value, hash, in terms, _table.FindLocked(key, Upper(hash), _comparer));
            }
            else if (terms.Tags is { } tags && _tagRemovals.Covers(tags.Tags, tags.Created))
            {
                flight.IsRevoked = true;
            }
            else if (!flight.IsSuperseded)
            {
                outcome = StoreLocked(key, value, hash, in terms, _table.FindLocked(key, Upper(hash), _comparer));
            }

            left = TakeLeft();
        }

        Announce(left);
        return outcome;
    }

    private SetOutcome StoreLocked(TKey key, TValue value, ulong hash, in EntryTerms terms, int slot)
    {
        if (terms.Weight > _capacity)
        {
            return Refuse(key, value, slot, SetOutcome.TooHeavy);
        }

        EnsureParts(in terms);
        return slot >= 0 ? Replace(key, value, slot, in terms) : Add(key, value, hash, in terms);
    }

    private SetOutcome Add(TKey key, TValue value, ulong hash, in EntryTerms terms)
    {
        _newcomers++;
        EntryTable<TKey, TValue> table = TableWithRoom();
        int slot = table.Take();
        _policy.Insert(slot, Finished(hash), terms.Weight);
        _weight += terms.Weight;
        while (_weight > _capacity || _count >= _maxSlots - 1)
        {
            int victim = _policy.Victim();
            if (victim == slot)
            {
                _policy.Remove(slot, evicted: true);
                _weight -= terms.Weight;
                table.Release(slot);
                _rejections++;
                Left(key, value, RemovalReason.Rejected);
                return SetOutcome.Rejected;
            }

            _evictions++;
            Drop(victim, RemovalReason.Evicted, evicted: true);
        }

        ref Entry<TKey, TValue> entry = ref table.Entries[slot];
        entry.Hash = Upper(hash);
        entry.Key = key;
        entry.Value = value;
        if (table.Parts != EntryParts.None || _weights is not null)
        {
            WriteParts(table, slot, in terms);
        }

        table.Link(slot);
        _count++;
        _additions++;
        return SetOutcome.Added;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SetOutcome Replace(TKey key, TValue value, int slot, in EntryTerms terms)
    {
        EntryTable<TKey, TValue> table = _table;
        ref Entry<TKey, TValue> entry = ref table.Entries[slot];
        TValue old = entry.Value;
        bool expired = IsExpired(table, slot, terms.Now);
        long weight = WeightOf(slot);
        table.BeginChange(slot);
        entry.Value = value;
        WriteParts(table, slot, in terms);
        table.EndChange(slot);
        _policy.Hit(slot);
        if (weight != terms.Weight)
        {
            _weight += terms.Weight - weight;
            _policy.Reweigh(slot, terms.Weight);
        }

        Left(key, old, expired ? RemovalReason.Expired : RemovalReason.Replaced);
        if (expired)
        {
            _expirations++;
            _additions++;
        }
        else
        {
            _replacements++;
        }

        // A heavier value may push others out, or its own entry.
        bool own = false;
        if (_weights is not null)
        {
            while (_weight > _capacity && _count > 0)
            {
                int victim = _policy.Victim();
                own |= victim == slot;
                _evictions += victim == slot ? 0 : 1;
                _rejections += victim == slot ? 1 : 0;
                Drop(victim, victim == slot ? RemovalReason.Rejected : RemovalReason.Evicted, evicted: true);
            }
        }

        return own ? SetOutcome.Rejected : expired ? SetOutcome.Added : SetOutcome.Replaced;
    }

    // An earlier value of the key must not outlive the attempt to replace it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private SetOutcome Refuse(TKey key, TValue value, int slot, SetOutcome outcome)
    {
        if (slot >= 0)
        {
            Drop(slot, RemovalReason.Replaced, evicted: false);
            _replacements++;
        }

        _rejections++;
        Left(key, value, RemovalReason.Rejected);
        return outcome;
    }

    private void WriteParts(EntryTable<TKey, TValue> table, int slot, in EntryTerms terms)
    {
        if (_weights is { } weights)
        {
            weights[slot] = terms.Weight;
        }

        if (table.Deadlines is { } deadlines)
        {
            Volatile.Write(ref deadlines[slot], DeadlineWord.Next(deadlines[slot], terms.Deadline));
            ScheduleExpiry(slot, terms.Deadline);
        }

        if (table.Slides is { } slides)
        {
            slides[slot] = terms.Slide;
        }

        if (table.Limits is { } limits)
        {
            limits[slot] = terms.Limit;
        }

        if (table.Tags is { } tags)
        {
            tags[slot] = terms.Tags;
        }
    }

    // Times are those of reads: with the system's clock up to some ms late, so that an entry may end that much early, never late. By reference all the way: copies of so large a struct, made right after its fields were written one by one, hold the processor up.
    private void TermsOf(TKey key, TValue value, EntryOptions entry, TagStamp? tags, ReadStripe? stripe, out EntryTerms terms)
    {
        terms.Tags = tags;
        terms.Weight = entry.Weight ?? WeightOf(key, value);
        terms.Now = 0;
        terms.Slide = 0;
        terms.Deadline = CacheClock.Never;
        terms.Limit = CacheClock.Never;
        if (!ReferenceEquals(entry, NoOptions))
        {
            EntryDurations.Require(entry.TimeToLive, entry.SlidingTimeToLive, entry.MaxLifetime, entry.Weight);
            if (IsTimed || entry.TimeToLive is not null || entry.SlidingTimeToLive is not null || entry.MaxLifetime is not null)
            {
                terms.Now = NowForRead(stripe);
                _durations.Apply(ref terms, entry.TimeToLive, entry.SlidingTimeToLive, entry.MaxLifetime, _durations.Jitter > 0 ? NextRandom() : 0);
            }
        }
        else if (IsTimed)
        {
            terms.Now = NowForRead(stripe);
            _durations.Apply(ref terms, _durations.Jitter > 0 ? NextRandom() : 0);
        }
    }

    private long WeightOf(TKey key, TValue value)
    {
        if (_weigher is not { } weigher)
        {
            return 1;
        }

        long weight = weigher(key, value);
        return weight >= 1 ? weight : throw new ArgumentOutOfRangeException(nameof(value), weight, "The weigher gave less than 1: an entry weighs 1 or more.");
    }

    private double NextRandom()
    {
        // SplitMix64; the order in which threads draw is the only thing that does not repeat.
        ulong drawn = Keys.KeyHash.Finish(Interlocked.Add(ref _random, 0x9E3779B97F4A7C15));
        return (drawn >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Finished(ulong hash) => Keys.KeyHash.Finish(hash);
}
