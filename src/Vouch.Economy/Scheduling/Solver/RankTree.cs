using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Answers "the sum of the k cheapest slots between two slots" in O(log slots): a wavelet tree over the ranks of the slot costs (R. Grossi, A. Gupta and J. S. Vitter,
/// SODA 2003) with sums. Built in O(slots log slots). Slots beyond the open ones rank last and count as closed.
/// </summary>
internal sealed class RankTree
{
    private readonly int _slots;
    private readonly int _levels;
    private readonly int[][] _zeros;
    private readonly double[][] _sums;
    private readonly int[] _order;
    private readonly double[] _keys;
    private readonly int[] _level;
    private readonly int[] _next;
    private readonly double[] _byRank;

    public RankTree(int slots)
    {
        _slots = slots;
        _levels = Math.Max(1, BitOperations.Log2((uint)Math.Max(1, slots - 1)) + 1);
        _zeros = [.. Enumerable.Range(0, _levels).Select(_ => new int[slots + 1])];
        _sums = [.. Enumerable.Range(0, _levels).Select(_ => new double[slots + 1])];
        Rank = new ushort[slots + 32];
        _order = new int[slots];
        _keys = new double[slots];
        _level = new int[slots];
        _next = new int[slots];
        _byRank = new double[slots];
    }

    /// <summary>The most slots that ranks can tell apart.</summary>
    public const int MostSlots = ushort.MaxValue - 1;

    /// <summary>The place of each slot in the order of costs, padded.</summary>
    public ushort[] Rank { get; }

    /// <summary>How many slots are open.</summary>
    public int OpenSlots { get; private set; }

    /// <summary>The least cost of a slot.</summary>
    public double Lowest { get; private set; }

    /// <summary>Builds the tree for slot costs; infinite ones are closed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(ReadOnlySpan<double> cost)
    {
        for (int t = 0; t < _slots; t++)
        {
            _order[t] = t;
            _keys[t] = cost[t];
        }

        Array.Sort(_keys, _order);
        OpenSlots = _slots;
        for (int r = 0; r < _slots; r++)
        {
            Rank[_order[r]] = (ushort)r;
            bool closed = double.IsPositiveInfinity(_keys[r]);
            OpenSlots = closed && OpenSlots == _slots ? r : OpenSlots;
            _byRank[r] = closed ? 0 : _keys[r];
        }

        Lowest = _keys[0];
        for (int t = 0; t < _slots; t++)
        {
            _level[t] = Rank[t];
        }

        for (int l = 0; l < _levels; l++)
        {
            int shift = _levels - 1 - l;
            int[] zeros = _zeros[l];
            double[] sums = _sums[l];
            int zero = 0;
            double sum = 0;
            for (int i = 0; i < _slots; i++)
            {
                zeros[i] = zero;
                sums[i] = sum;
                if (((_level[i] >> shift) & 1) == 0)
                {
                    zero++;
                    sum += _byRank[_level[i]];
                }
            }

            zeros[_slots] = zero;
            sums[_slots] = sum;
            int low = 0;
            int high = zero;
            for (int i = 0; i < _slots; i++)
            {
                int rank = _level[i];
                int at = ((rank >> shift) & 1) == 0 ? low++ : high++;
                _next[at] = rank;
            }

            Array.Copy(_next, _level, _slots);
        }
    }

    /// <summary>The sum of the <paramref name="count"/> cheapest slots in [from, to), and the rank of the dearest of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Cheapest(int from, int to, int count, out int rank)
    {
        double total = 0;
        int found = 0;
        for (int l = 0; l < _levels; l++)
        {
            int[] zeros = _zeros[l];
            int before = zeros[from];
            int inside = zeros[to] - before;
            if (count <= inside)
            {
                from = before;
                to = before + inside;
            }
            else
            {
                total += _sums[l][to] - _sums[l][from];
                count -= inside;
                int all = zeros[_slots];
                from = all + (from - before);
                to = all + (to - before - inside);
                found |= 1 << (_levels - 1 - l);
            }
        }

        rank = found;
        return total + _byRank[found];
    }

    /// <summary>Adds one to the counts of the slots in [from, to) of at most a rank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mark(int from, int to, int rank, int[] counts)
    {
        int t = from;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ushort> limit = Vector256.Create((ushort)rank);
            for (; t <= to - 16; t += 16)
            {
                Vector256<short> taken = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref Rank[0], (nuint)t), limit).AsInt16();
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(taken);
                (Vector256.LoadUnsafe(ref counts[0], (nuint)t) - low).StoreUnsafe(ref counts[0], (nuint)t);
                (Vector256.LoadUnsafe(ref counts[0], (nuint)t + 8) - high).StoreUnsafe(ref counts[0], (nuint)t + 8);
            }
        }

        for (; t < to; t++)
        {
            counts[t] += Rank[t] <= rank ? 1 : 0;
        }
    }
}
