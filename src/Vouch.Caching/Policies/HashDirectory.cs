using System.Numerics;

namespace Vouch.Caching.Policies;

/// <summary>Finds small whole numbers by 64-bit hash: a hash table whose entries are numbered by the caller, chained through an array of links. Growing it is the only allocation.</summary>
internal sealed class HashDirectory
{
    private int[] _buckets = new int[4]; // entry + 1, 0 where the chain is empty
    private int[] _chain = [];
    private ulong[] _hashes = [];

    public int Capacity => _hashes.Length;

    public ulong Hash(int entry) => _hashes[entry];

    /// <summary>Makes room for entries up to <paramref name="entries"/> - 1.</summary>
    public void Ensure(int entries)
    {
        if (entries <= _hashes.Length)
        {
            return;
        }

        int old = _hashes.Length;
        int capacity = Math.Max(entries, Math.Min(old * 2, old + (1 << 20)));
        var present = new bool[old];
        foreach (int first in _buckets)
        {
            for (int entry = first - 1; entry >= 0; entry = _chain[entry] - 1)
            {
                present[entry] = true;
            }
        }

        Array.Resize(ref _chain, capacity);
        Array.Resize(ref _hashes, capacity);
        _buckets = new int[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
        for (int entry = 0; entry < old; entry++)
        {
            if (present[entry])
            {
                Add(entry, _hashes[entry]);
            }
        }
    }

    /// <summary>The entry with that hash, -1 where there is none.</summary>
    public int Find(ulong hash)
    {
        int entry = _buckets[Bucket(hash)] - 1;
        while (entry >= 0 && _hashes[entry] != hash)
        {
            entry = _chain[entry] - 1;
        }

        return entry;
    }

    public void Add(int entry, ulong hash)
    {
        ref int bucket = ref _buckets[Bucket(hash)];
        _hashes[entry] = hash;
        _chain[entry] = bucket;
        bucket = entry + 1;
    }

    public void Remove(int entry)
    {
        ref int link = ref _buckets[Bucket(_hashes[entry])];
        while (link != entry + 1)
        {
            link = ref _chain[link - 1];
        }

        link = _chain[entry];
    }

    private int Bucket(ulong hash) => (int)(hash >> 32) & (_buckets.Length - 1);
}
