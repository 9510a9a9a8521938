namespace Vouch.Economy.Online;

/// <summary>What is expected of each slot: prices, capacity, and how much of it is planned or reserved.</summary>
internal sealed class OnlinePlan
{
    private readonly double[] _prices;
    private readonly double[] _prefix;
    private readonly double[][] _capacity;
    private readonly double[][] _used;
    private readonly double[][] _floorFree;
    private readonly double[] _tolerance;

    public OnlinePlan(ReadOnlySpan<double> prices, IReadOnlyList<OnlinePool> pools)
    {
        _prices = prices.ToArray();
        _prefix = new double[_prices.Length + 1];
        _capacity = [.. pools.Select(pool => Filled(pool.ExpectedCapacity))];
        _used = [.. pools.Select(_ => Filled(0))];
        _floorFree = [.. pools.Select(pool => Filled(pool.Floor))];
        _tolerance = [.. pools.Select(static pool => 1e-9 * pool.ExpectedCapacity)];
        Sum(0);
    }

    public int Slots => _prices.Length;

    public double[][] Capacity => _capacity;

    public double[][] Used => _used;

    public double[] Prices => _prices;

    public double Highest { get; private set; }

    public double PriceSum(int start, int length) => _prefix[start + length] - _prefix[start];

    public void SetPrices(int first, IReadOnlyList<double> prices)
    {
        for (int i = 0; i < prices.Count; i++)
        {
            _prices[first + i] = prices[i];
        }

        Sum(first);
    }

    /// <summary>Plans (sign 1) or frees (sign -1) a run.</summary>
    public void Use(LiveJob job, int start, int length, int sign) => Change(_used, job, start, length, sign);

    public void Reserve(LiveJob job, int start, int length, int sign) => Change(_floorFree, job, start, length, -sign);

    public bool Fits(LiveJob job, int slot)
    {
        for (int k = 0; k < _used.Length; k++)
        {
            if (_used[k][slot] + job.Demands[k] > _capacity[k][slot] + _tolerance[k])
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

    private static void Change(double[][] rows, LiveJob job, int start, int length, int sign)
    {
        for (int k = 0; k < rows.Length; k++)
        {
            double amount = sign * job.Demands[k];
            foreach (ref double slot in rows[k].AsSpan(start, length))
            {
                slot += amount;
            }
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
    }
}
