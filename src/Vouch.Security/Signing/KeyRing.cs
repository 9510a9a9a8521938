namespace Vouch.Security.Signing;

/// <summary>The keys of one purpose: one signs, several verify, so that keys change without a request being refused.</summary>
/// <remarks>
/// Safe to share: readers see one immutable list at a time, and <see cref="Generation"/> counts the lists. The ring owns its keys: what is removed, or has expired when the ring
/// next changes, is disposed. Expiry is told by the wall clock, as the signer's is.
/// </remarks>
public sealed class KeyRing : IDisposable
{
    /// <summary>The most keys in a ring.</summary>
    public const int MaxKeys = 64;

    private readonly TimeProvider _time;
    private readonly Lock _changing = new();
    private volatile State _state = new(0, []);

    /// <summary>Initializes an empty ring.</summary>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public KeyRing(TimeProvider? timeProvider = null) => _time = timeProvider ?? TimeProvider.System;

    /// <summary>Initializes a ring with keys that sign, the last one first, and never expire.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> is null or holds null.</exception>
    /// <exception cref="ArgumentException">Two keys have one name, or there are more than <see cref="MaxKeys"/>.</exception>
    public KeyRing(IEnumerable<SigningKey> keys, TimeProvider? timeProvider = null)
        : this(timeProvider)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (SigningKey key in keys)
        {
            Add(key);
        }
    }

    /// <summary>Gets how often the ring was changed.</summary>
    public long Generation => _state.Generation;

    /// <summary>Gets the keys with their times, in the order in which they were added, expired ones that were not removed yet among them.</summary>
    public IReadOnlyList<KeyRingEntry> Entries => _state.Entries;

    /// <summary>Gets the key that signs now: of those that can and whose time it is, the one that began last; null where there is none.</summary>
    public SigningKey? Current
    {
        get
        {
            DateTimeOffset now = _time.GetUtcNow();
            KeyRingEntry? best = null;
            foreach (KeyRingEntry entry in _state.Entries)
            {
                if (entry.Key.CanSign && entry.SignsFrom <= now && !entry.IsExpired(now) && (best is null || entry.SignsFrom >= best.SignsFrom))
                {
                    best = entry;
                }
            }

            return best?.Key;
        }
    }

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key; the ring owns it from now on.</param>
    /// <param name="signsFrom">From when on it signs; null for now.</param>
    /// <param name="expiresAt">From when on it neither signs nor verifies; null for never.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentException">A key of that name is there, or the ring is full.</exception>
    public void Add(SigningKey key, DateTimeOffset? signsFrom = null, DateTimeOffset? expiresAt = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_changing)
        {
            Change([.. Living(), New(key, signsFrom, expiresAt)]);
        }
    }

    /// <summary>Makes a key the one that signs; those that signed before it verify for a while longer.</summary>
    /// <param name="next">The new key; the ring owns it from now on.</param>
    /// <param name="overlap">How long the others still verify, zero or more: longer than a request may be under way and its signature be valid.</param>
    /// <param name="delay">How long the new key only verifies, zero or more, so that every holder knows it before it signs; the overlap begins after it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="next"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A duration is negative.</exception>
    /// <exception cref="ArgumentException">A key of that name is there, or the ring is full.</exception>
    public void Rotate(SigningKey next, TimeSpan overlap, TimeSpan delay = default)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        lock (_changing)
        {
            DateTimeOffset start = _time.GetUtcNow() + delay;
            DateTimeOffset end = start + overlap;
            Change([.. Living().Select(entry => entry.ExpiresAt is { } own && own <= end ? entry : entry with { ExpiresAt = end }), New(next, start, null)]);
        }
    }

    /// <summary>Takes a key out at once, as when it has become known to others.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string id)
    {
        lock (_changing)
        {
            bool there = _state.Entries.Any(entry => entry.Key.Id == id);
            if (there)
            {
                Change([.. Living().Where(entry => entry.Key.Id != id)]);
            }

            return there;
        }
    }

    /// <summary>Takes out and disposes what has expired.</summary>
    /// <returns>How many keys that were.</returns>
    public int Prune()
    {
        lock (_changing)
        {
            int before = _state.Entries.Length;
            KeyRingEntry[] living = Living();
            if (living.Length < before)
            {
                Change(living);
            }

            return before - living.Length;
        }
    }

    /// <summary>Looks a key up for verifying.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="failure"><see cref="SignatureFailure.None"/>, <see cref="SignatureFailure.UnknownKey"/> or <see cref="SignatureFailure.KeyExpired"/>.</param>
    /// <returns>The key, or null where there is none whose time it is.</returns>
    public SigningKey? Find(ReadOnlySpan<char> id, out SignatureFailure failure)
    {
        foreach (KeyRingEntry entry in _state.Entries)
        {
            if (id.SequenceEqual(entry.Key.Id))
            {
                bool expired = entry.IsExpired(_time.GetUtcNow());
                failure = expired ? SignatureFailure.KeyExpired : SignatureFailure.None;
                return expired ? null : entry.Key;
            }
        }

        failure = SignatureFailure.UnknownKey;
        return null;
    }

    /// <summary>Disposes all keys.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            Change([]);
        }
    }

    internal KeyRingEntry[] Snapshot() => _state.Entries;

    private KeyRingEntry[] Living()
    {
        DateTimeOffset now = _time.GetUtcNow();
        return [.. _state.Entries.Where(entry => !entry.IsExpired(now))];
    }

    private KeyRingEntry New(SigningKey key, DateTimeOffset? signsFrom, DateTimeOffset? expiresAt) => new(key, signsFrom ?? _time.GetUtcNow(), expiresAt);

    private void Change(KeyRingEntry[] entries)
    {
        if (entries.Length > MaxKeys)
        {
            throw new ArgumentException($"A ring holds at most {MaxKeys} keys: remove some or let them expire.");
        }

        if (entries.DistinctBy(static entry => entry.Key.Id).Count() < entries.Length)
        {
            throw new ArgumentException("A key of that name is in the ring: a new key needs a new name.");
        }

        State before = _state;
        _state = new State(before.Generation + 1, entries);
        foreach (KeyRingEntry gone in before.Entries.Where(entry => !Array.Exists(entries, kept => ReferenceEquals(kept.Key, entry.Key))))
        {
            gone.Key.Dispose();
        }
    }

    private sealed record State(long Generation, KeyRingEntry[] Entries);
}
