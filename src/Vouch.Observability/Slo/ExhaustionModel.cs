namespace Vouch.Observability.Slo;

/// <summary>How long until so many further events go bad, from the counts of the last slots.</summary>
/// <remarks>
/// <para>The pace is the share of bad events over the longest look back in which it did not change: from the last few events on, the look back is doubled while the older half agrees with the newer
/// one, given how unevenly bad events fall into its parts. Future traffic is that of the same time of day where a day was seen, otherwise that of the look back.</para>
/// <para>The interval takes the unevenness (the variance of eighths over its Poisson value) both for the pace and for the events to come, and Student's t with 7 degrees of freedom because
/// the unevenness itself is known from eight parts only. It knows nothing of changes to come: it holds while what is going on goes on.</para>
/// </remarks>
internal sealed class ExhaustionModel
{
    public const double Confidence = 0.9;

    /// <summary>Fewer bad events than this say nothing about a pace.</summary>
    public const int FewestEvents = 10;

    private const int Parts = 8;

    // Student's t, 7 degrees of freedom, 95 %.
    private const double Student = 1.8946;
    private readonly double[] _total;
    private readonly double[] _bad;

    /// <param name="slots">Counts per slot, the oldest first.</param>
    /// <param name="slotsPerDay">How many slots a day has.</param>
    public ExhaustionModel(IReadOnlyList<(long Total, long Bad)> slots, int slotsPerDay)
    {
        SlotsPerDay = slotsPerDay;
        _total = new double[slots.Count + 1];
        _bad = new double[slots.Count + 1];
        for (int i = 0; i < slots.Count; i++)
        {
            _total[i + 1] = _total[i] + slots[i].Total;
            _bad[i + 1] = _bad[i] + slots[i].Bad;
        }
    }

    public int SlotsPerDay { get; }

    private int Count => _total.Length - 1;

    /// <summary>Forecasts when <paramref name="remaining"/> further events will have gone bad.</summary>
    /// <returns>Slots until then and the bounds, and the bad events and slots of the look back; null where there are too few.</returns>
    public (double Slots, double Lower, double Upper, long Events, int LookBack)? Forecast(double remaining)
    {
        int lookBack = Shortest();
        if (lookBack == 0)
        {
            return null;
        }

        while (lookBack < Count)
        {
            int longer = Math.Min(Count, 2 * lookBack);
            if (Differs(lookBack, longer))
            {
                break;
            }

            lookBack = longer;
        }

        double bad = _bad[Count] - _bad[Count - lookBack];
        double total = _total[Count] - _total[Count - lookBack];
        double unevenness = Unevenness(Count - lookBack, Count);
        double spread = Student * Math.Sqrt(unevenness * ((1 / bad) + (1 / remaining)));
        double needed = remaining / (bad / total);
        return (Until(needed, lookBack), Until(needed * Math.Exp(-spread), lookBack), Until(needed * Math.Exp(spread), lookBack), (long)bad, lookBack);
    }

    // The last slots that hold enough bad events to speak of a pace and can be cut into parts.
    private int Shortest()
    {
        for (int slots = Parts; slots <= Count; slots *= 2)
        {
            if (_bad[Count] - _bad[Count - slots] >= 2 * FewestEvents)
            {
                return slots;
            }
        }

        return Count > 0 && _bad[Count] >= FewestEvents ? Count : 0;
    }

    private bool Differs(int lookBack, int longer)
    {
        int middle = Count - lookBack;
        int start = Count - longer;
        double newBad = _bad[Count] - _bad[middle], newTotal = _total[Count] - _total[middle];
        double oldBad = _bad[middle] - _bad[start], oldTotal = _total[middle] - _total[start];
        if (oldTotal == 0 || newTotal == 0)
        {
            return false;
        }

        double pooled = (newBad + oldBad) / (newTotal + oldTotal);
        double variance = Math.Max(Unevenness(middle, Count), Unevenness(start, middle)) * pooled * ((1 / newTotal) + (1 / oldTotal));
        double difference = (newBad / newTotal) - (oldBad / oldTotal);
        return difference * difference > 9 * variance;
    }

    /// <summary>The variance of the bad events of eight parts over what it would be if each event went bad by itself; at least 1.</summary>
    private double Unevenness(int from, int to)
    {
        int slots = to - from;
        if (slots < Parts)
        {
            return 1;
        }

        double share = (_bad[to] - _bad[from]) / Math.Max(1, _total[to] - _total[from]);
        double sum = 0;
        int parts = 0;
        for (int i = 0; i < Parts; i++)
        {
            int start = from + (int)((long)slots * i / Parts);
            int end = from + (int)((long)slots * (i + 1) / Parts);
            double expected = share * (_total[end] - _total[start]);
            if (expected > 0)
            {
                double off = _bad[end] - _bad[start] - expected;
                sum += off * off / expected;
                parts++;
            }
        }

        return parts < 2 ? 1 : Math.Max(1, sum / (parts - 1));
    }

    // How many slots until so many further events have come.
    private double Until(double events, int lookBack)
    {
        if (Count < SlotsPerDay)
        {
            return events / ((_total[Count] - _total[Count - lookBack]) / lookBack);
        }

        // Whole days first, then along the last day.
        double day = _total[Count] - _total[Count - SlotsPerDay];
        if (day == 0)
        {
            return double.PositiveInfinity;
        }

        double days = Math.Floor(events / day);
        double rest = events - (days * day);
        int low = 0, high = SlotsPerDay;
        int start = Count - SlotsPerDay;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_total[start + middle] - _total[start] < rest)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return (days * SlotsPerDay) + low;
    }
}
