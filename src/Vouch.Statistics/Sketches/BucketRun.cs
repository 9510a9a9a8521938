using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vouch.Statistics.Sketches;

/// <summary>Counts of consecutive buckets, and of those too far away to lie in the run: the counts of magnitudes of one sign.</summary>
/// <remarks>
/// The run covers whole octaves and grows at its ends. Everything but <see cref="TryIncrement"/> is called under the sketch's lock, so that readers never see counts on the move; the one thread that
/// adds increments without it.
/// </remarks>
internal sealed class BucketRun
{
    /// <summary>The run is not made longer than this: 24 octaves of 64 counts of 4 bytes are 6 kB, and what lies further off is rare.</summary>
    public const int MaxOctaves = 24;

    private const int PerOctave = BucketMap.PerOctave;
    private Dictionary<int, long>? _far;
    private uint[] _counts = [];
    private int _first;
    private long _farAdds;
    private long _nextMove = 1024;

    /// <summary>Gets the counts of the run, and <see cref="First"/> the bucket of the first.</summary>
    public uint[] Counts => _counts;

    public int First => _first;

    /// <summary>Gets how many bytes the counts take.</summary>
    public int SizeInBytes => (4 * _counts.Length) + (24 * (_far?.Count ?? 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryIncrement(int bucket)
    {
        uint index = (uint)(bucket - _first);
        uint[] counts = _counts;
        if (index < (uint)counts.Length && counts[index] != uint.MaxValue)
        {
            counts[index]++;
            return true;
        }

        return false;
    }

    /// <summary>Adds another run's counts.</summary>
    public void AddAll(BucketRun other)
    {
        if (other._counts.Length > 0)
        {
            Grow(other._first);
            Grow(other._first + other._counts.Length - 1);
            int offset = other._first - _first;
            if (offset >= 0 && offset + other._counts.Length <= _counts.Length)
            {
                AddCounts(_counts.AsSpan(offset, other._counts.Length), other._counts, _first + offset);
            }
            else
            {
                for (int i = 0; i < other._counts.Length; i++)
                {
                    if (other._counts[i] != 0)
                    {
                        Add(other._first + i, other._counts[i]);
                    }
                }
            }
        }

        if (other._far is { } far)
        {
            foreach ((int bucket, long count) in far)
            {
                Add(bucket, count);
            }
        }
    }

    /// <summary>Adds to an empty run what one run has more than another.</summary>
    /// <returns>False where it has less of something.</returns>
    public bool AddDifference(BucketRun more, BucketRun less)
    {
        List<(int Bucket, long Count)> remaining = more.ToList();
        List<(int Bucket, long Count)> taken = less.ToList();
        int next = 0;
        foreach ((int bucket, long count) in remaining)
        {
            long left = count;
            if (next < taken.Count && taken[next].Bucket == bucket)
            {
                left -= taken[next++].Count;
            }

            if (left < 0)
            {
                return false;
            }

            if (left > 0)
            {
                Add(bucket, left);
            }
        }

        return next == taken.Count;
    }

    /// <summary>The sum of all counts.</summary>
    public long Total()
    {
        long total = Sum(_counts);
        if (_far is { } far)
        {
            foreach (long count in far.Values)
            {
                total += count;
            }
        }

        return total;
    }

    /// <summary>Finds the bucket that holds the value of a rank, counted from 0 and from the least magnitude.</summary>
    public int Find(long rank)
    {
        if (_far is null)
        {
            return _first + Find(ref rank);
        }

        // Far buckets lie before and after the run, and within it where a count outgrew 32 bits.
        int[] keys = [.. _far.Keys];
        Array.Sort(keys);
        int at = _first;
        foreach (int key in keys)
        {
            int end = Math.Clamp(key + 1, _first, _first + _counts.Length);
            long inRun = Sum(_counts.AsSpan(at - _first, end - at));
            long far = _far[key];
            if (rank < inRun)
            {
                break;
            }

            rank -= inRun;
            at = end;
            if (rank < far)
            {
                return key;
            }

            rank -= far;
        }

        for (int i = at - _first; i < _counts.Length; i++)
        {
            if (rank < _counts[i])
            {
                return _first + i;
            }

            rank -= _counts[i];
        }

        throw new InvalidOperationException("The rank is beyond the counts.");
    }

    /// <summary>Gives every bucket that is not empty, in order of magnitude.</summary>
    public List<(int Bucket, long Count)> ToList()
    {
        var list = new List<(int Bucket, long Count)>();
        for (int i = 0; i < _counts.Length; i++)
        {
            long count = _counts[i] + (_far is not null && _far.TryGetValue(_first + i, out long more) ? more : 0);
            if (count != 0)
            {
                list.Add((_first + i, count));
            }
        }

        if (_far is { } far)
        {
            int inRun = list.Count;
            foreach ((int bucket, long count) in far)
            {
                if (bucket < _first || bucket >= _first + _counts.Length)
                {
                    list.Add((bucket, count));
                }
            }

            if (list.Count > inRun)
            {
                list.Sort(static (left, right) => left.Bucket.CompareTo(right.Bucket));
            }
        }

        return list;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _far = null;
    }

    /// <summary>Adds to a bucket's count, wherever it lies.</summary>
    public void Add(int bucket, long count)
    {
        Grow(bucket);
        int index = bucket - _first;
        if ((uint)index < (uint)_counts.Length && _counts[index] + count <= uint.MaxValue)
        {
            _counts[index] += (uint)count;
            return;
        }

        _far ??= [];
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_far, bucket, out _) += count;
        if ((uint)index < (uint)_counts.Length)
        {
            // A count that outgrew 32 bits goes on beside the run.
            _far[bucket] += _counts[index];
            _counts[index] = 0;
        }
        else if (++_farAdds == _nextMove)
        {
            _nextMove *= 2;
            Move();
        }
    }

    // Puts the run where most of the values are: the first ones may have been exceptions.
    private void Move()
    {
        List<(int Bucket, long Count)> all = ToList();
        int start = 0;
        (long Sum, int First) best = (0, 0);
        long sum = 0;
        foreach ((int bucket, long count) in all)
        {
            sum += count;
            int octave = bucket & ~(PerOctave - 1);
            while ((all[start].Bucket & ~(PerOctave - 1)) + (MaxOctaves * PerOctave) <= octave)
            {
                sum -= all[start++].Count;
            }

            int first = all[start].Bucket & ~(PerOctave - 1);
            if (sum > best.Sum && first >= BucketMap.FirstNormal)
            {
                best = (sum, first);
            }
        }

        if (best.Sum <= Sum(_counts) * 5 / 4)
        {
            return;
        }

        _far = null;
        _first = best.First;
        _counts = new uint[PerOctave];
        foreach ((int bucket, long count) in all)
        {
            if (bucket >= best.First && bucket < best.First + (MaxOctaves * PerOctave))
            {
                Add(bucket, count);
            }
        }

        foreach ((int bucket, long count) in all)
        {
            if (bucket < best.First || bucket >= best.First + (MaxOctaves * PerOctave))
            {
                (_far ??= [])[bucket] = count;
            }
        }
    }

    // Covers the bucket's octave too, where the run does not become longer than it may.
    private void Grow(int bucket)
    {
        if (bucket < BucketMap.FirstNormal)
        {
            // Subnormal magnitudes are counted aside: who adds to the run quickly need not know them.
            return;
        }

        int octave = bucket & ~(PerOctave - 1);
        if (_counts.Length == 0)
        {
            _first = octave;
            _counts = new uint[PerOctave];
            return;
        }

        int first = Math.Min(octave, _first);
        int end = Math.Max(octave + PerOctave, _first + _counts.Length);
        if ((first == _first && end - first == _counts.Length) || end - first > MaxOctaves * PerOctave)
        {
            return;
        }

        uint[] counts = new uint[end - first];
        _counts.CopyTo(counts.AsSpan(_first - first));
        _first = first;
        _counts = counts;
    }

    private void AddCounts(Span<uint> to, ReadOnlySpan<uint> from, int firstBucket)
    {
        int i = 0;
        for (; i + Vector<uint>.Count <= from.Length; i += Vector<uint>.Count)
        {
            var added = new Vector<uint>(from[i..]);
            Vector<uint> sum = new Vector<uint>(to[i..]) + added;
            if (Vector.LessThanAny(sum, added))
            {
                break;
            }

            sum.CopyTo(to[i..]);
        }

        for (; i < from.Length; i++)
        {
            if (from[i] != 0)
            {
                Add(firstBucket + i, from[i]);
            }
        }
    }

    private int Find(ref long rank)
    {
        int octave = 0;
        while (true)
        {
            long sum = Sum(_counts.AsSpan(octave, PerOctave));
            if (rank < sum)
            {
                break;
            }

            rank -= sum;
            octave += PerOctave;
        }

        int i = octave;
        while (rank >= _counts[i])
        {
            rank -= _counts[i++];
        }

        return i;
    }

    private static long Sum(ReadOnlySpan<uint> counts)
    {
        Vector<ulong> sums = Vector<ulong>.Zero;
        int i = 0;
        for (; i + Vector<uint>.Count <= counts.Length; i += Vector<uint>.Count)
        {
            Vector.Widen(new Vector<uint>(counts[i..]), out Vector<ulong> low, out Vector<ulong> high);
            sums += low + high;
        }

        ulong sum = Vector.Sum(sums);
        for (; i < counts.Length; i++)
        {
            sum += counts[i];
        }

        return (long)sum;
    }
}
