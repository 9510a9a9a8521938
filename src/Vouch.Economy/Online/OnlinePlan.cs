using System.Numerics;

namespace Vouch.Economy.Online;

/// <summary>What is expected of each slot: prices, capacity, how much of it is planned by the worth of the work, and how much of the floor is reserved.</summary>
internal sealed class OnlinePlan
{
    /// <summary>The classes of worth: one per power of two of the penalty per unit of work.</summary>
    public const int Classes = 32;

    private readonly double[] _prices;
    private readonly double[] _prefix;
    private readonly double[][] _capacity;
    private readonly double[][][] _ahead;
    private readonly double[][] _floorFree;
    private readonly double[] _tolerance;

    public OnlinePlan(ReadOnlySpan<double> prices, IReadOnlyList<OnlinePool> pools)
    {
        _prices = prices.ToArray();
        _prefix = new double[_prices.Length + 1];
        _capacity = [.. pools.Select(pool => Filled(pool.ExpectedCapacity))];
        _ahead = [.. pools.Select(_ => Enumerable.Range(0, Classes).Select(_ => Filled(0)).ToArray())];
        _floorFree = [.. pools.Select(pool => Filled(pool.Floor))];
        _tolerance = [.. pools.Select(static pool => 1e-9 * pool.ExpectedCapacity)];
        Sum(0);
    }

    public int Slots => _prices.Length;

    /// <summary>What is expected of each pool in each slot.</summary>
    public double[][] Capacity => _capacity;

    public ReadOnlySpan<double> Prices => _prices;

    public double Highest { get; private set; }

    public double Lowest { get; private set; }

    public double PriceSum(int start, int length) => _prefix[start + length] - _prefix[start];

    /// <summary>The sum of the prices above zero.</summary>
    public double PositiveSum(int start, int length)
    {
        length = Math.Min(length, _prices.Length - start);
        if (Lowest >= 0)
        {
            return PriceSum(start, length);
        }

        double sum = 0;
        foreach (double price in _prices.AsSpan(start, length))
        {
            sum += Math.Max(0, price);
        }

        return sum;
    }

    /// <summary>What is planned of a pool, slot by slot, for work of a class and of all worthier ones.</summary>
    public ReadOnlySpan<double> Ahead(int pool, int worthClass) => _ahead[pool][worthClass];

    public void SetPrices(int first, IReadOnlyList<double> prices)
    {
        for (int i = 0; i < prices.Count; i++)
        {
            _prices[first + i] = prices[i];
        }

        Sum(first);
    }

    /// <summary>Plans (sign 1) or frees (sign -1) a run.</summary>
    public void Use(LiveJob job, int start, int length, int sign)
    {
        for (int k = 0; k < _ahead.Length; k++)
        {
            double amount = sign * job.Demands[k];
            for (int worth = 0; worth <= job.WorthClass && amount != 0; worth++)
            {
                Add(_ahead[k][worth].AsSpan(start, length), amount);
            }
        }
    }

    public void Reserve(LiveJob job, int start, int length, int sign)
    {
        for (int k = 0; k < _floorFree.Length; k++)
        {
            Add(_floorFree[k].AsSpan(start, length), -sign * job.Demands[k]);
        }
    }

    /// <summary>Whether a slot holds a job beside all that is planned there, whatever it is worth.</summary>
    public bool Fits(LiveJob job, int slot)
    {
        for (int k = 0; k < _ahead.Length; k++)
        {
            if (_ahead[k][0][slot] + job.Demands[k] > _capacity[k][slot] + _tolerance[k])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The latest start at which the floor holds a run, or -1.</summary>
    public int LatestOnFloor(LiveJob job, int from, int end, int length)
    {
        int run = 0;
        for (int slot = end - 1; slot >= from; slot--)
        {
            bool fits = true;
            for (int k = 0; k < _floorFree.Length; k++)
            {
                fits &= job.Demands[k] <= _floorFree[k][slot] + _tolerance[k];
            }

            run = fits ? run + 1 : 0;
            if (run >= length)
            {
                return slot;
            }
        }

        return -1;
    }

    private static void Add(Span<double> slots, double amount)
    {
        int at = 0;
        var wide = new Vector<double>(amount);
        for (; at <= slots.Length - Vector<double>.Count; at += Vector<double>.Count)
        {
            Span<double> part = slots[at..];
            (new Vector<double>(part) + wide).CopyTo(part);
        }

        for (; at < slots.Length; at++)
        {
            slots[at] += amount;
        }
    }

    private double[] Filled(double value)
    {
        double[] row = new double[_prices.Length];
        Array.Fill(row, value);
        return row;
    }

    private void Sum(int first)
    {
        for (int slot = first; slot < _prices.Length; slot++)
        {
            _prefix[slot + 1] = _prefix[slot] + _prices[slot];
        }

        Highest = _prices.Max(Math.Abs);
        Lowest = _prices.Min();
    }
}
