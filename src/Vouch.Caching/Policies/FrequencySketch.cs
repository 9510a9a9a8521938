using System.Numerics;

namespace Vouch.Caching.Policies;

/// <summary>Estimates how often a hash was seen lately: four 4-bit counters per key in one 64-byte block, halved after every ten times the capacity so that old popularity fades.</summary>
/// <remarks>A count-min sketch with conservative ageing, after G. Einziger, R. Friedman and B. Manes, "TinyLFU: a highly efficient cache admission policy", ACM ToS 2017. It never underestimates between halvings, up to 15.</remarks>
internal sealed class FrequencySketch
{
    private readonly ulong[] _table;
    private readonly int _blockMask;
    private readonly long _sample;
    private long _additions;

    /// <param name="capacity">How many keys it should tell apart: it takes 8 bytes for each, rounded up to a power of two.</param>
    public FrequencySketch(long capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(capacity, 8, 1 << 26));
        _table = new ulong[size];
        _blockMask = (size >> 3) - 1;
        _sample = 10 * Math.Max(1, capacity);
    }

    /// <summary>An upper estimate in [0, 15].</summary>
    public int Estimate(ulong hash)
    {
        int block = ((int)(hash >> 40) & _blockMask) << 3;
        uint spread = (uint)hash;
        int estimate = 15;
        for (int row = 0; row < 4; row++)
        {
            uint bits = spread >> (row * 8);
            estimate = Math.Min(estimate, (int)(_table[block + (int)(bits & 1) + (row << 1)] >> (int)((bits >> 1 & 15) << 2)) & 15);
        }

        return estimate;
    }

    /// <summary>The hash was seen once more.</summary>
    public void Add(ulong hash)
    {
        int block = ((int)(hash >> 40) & _blockMask) << 3;
        uint spread = (uint)hash;
        bool added = false;
        for (int row = 0; row < 4; row++)
        {
            uint bits = spread >> (row * 8);
            ref ulong word = ref _table[block + (int)(bits & 1) + (row << 1)];
            int shift = (int)((bits >> 1 & 15) << 2);
            if ((word >> shift & 15) != 15)
            {
                word += 1UL << shift;
                added = true;
            }
        }

        if (added && ++_additions >= _sample)
        {
            _additions /= 2;
            for (int i = 0; i < _table.Length; i++)
            {
                _table[i] = _table[i] >> 1 & 0x7777777777777777UL;
            }
        }
    }
}
