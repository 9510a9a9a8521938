namespace Vouch.Observability.Slo;

/// <summary>How long until the error budget of a period is spent, from the counts of the last slots.</summary>
/// <remarks>
/// <para>The pace of now is the share of bad events over the longest look back in which it did not change: from the last few events on, the look back is doubled while the older half agrees with the
/// newer one, given how unevenly bad events fall, and the last doubling ends at the quarter of the older half in which the pace changed. For a time further ahead than that look back, the pace is the share over as long a time back as one looks ahead: what has lasted an hour is not
/// taken to last a day. Future traffic is that of the same time of day where a day was seen, and otherwise looked up as far back as ahead too.</para>
/// <para>The interval takes the unevenness (the variance of eighths over its Poisson value, more where eighths carry on from one to the next, over as long a time back as the forecast reaches) both for the pace and for the events to come, and
/// Student's t with 7 degrees of freedom because it is known from eight parts only. It holds while what was going on goes on.</para>
/// </remarks>
internal sealed class ExhaustionModel
{
    public const double Confidence = 0.9;

    /// <summary>Fewer bad events than this say nothing about a pace.</summary>
    public const int FewestEvents = 10;

    private const int Parts = 8;
    private const int Quarters = 4;
    private const double MostCarried = 0.8;
    private const double Certain = 36;

    // Student's t, 7 degrees of freedom, 95 %.
    private const double Student = 1.8946;
    private const double SlopeLimit = 3.707;
    private readonly double[] _total;
    private readonly double[] _bad;
    private double _level;

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

    /// <summary>Forecasts when the budget is spent.</summary>
    /// <param name="budget">Where it stands.</param>
    /// <param name="covered">How many slots were watched.</param>
    /// <param name="period">How many slots the period has.</param>
    /// <returns>Slots until then and the bounds, infinite where the budget outlasts two periods, and the bad events and slots of the look back; null where there are too few.</returns>
    public (double Slots, double Lower, double Upper, long Events, int LookBack)? Forecast(ErrorBudget budget, double covered, double period)
    {
        int lookBack = Shortest();
        if (lookBack == 0)
        {
            return null;
        }

        while (lookBack < Count)
        {
            int longer = Math.Min(Count, 2 * lookBack);
            if (Differs(lookBack, longer) || Began(lookBack, longer))
            {
                lookBack = Since(lookBack, longer);
                break;
            }

            lookBack = longer;
        }

        double slots = Until(budget, covered, period, lookBack, 1, 0);
        int reach = (int)Math.Min(Count, Math.Max(lookBack, slots));
        double slope = Slope(Count - reach, Count);
        double trending = slope == 0 ? slots : Until(budget, covered, period, lookBack, 1, slope);
        double seen = _bad[Count] - _bad[Count - reach];
        double spread = Student * Math.Sqrt(Unevenness(Count - reach, Count) * Persistence(Count - reach, Count) * ((1 / seen) + (1 / Math.Max(1, budget.RemainingEvents))));
        double lower = Until(budget, covered, period, lookBack, Math.Exp(spread), 0);
        double upper = Until(budget, covered, period, lookBack, Math.Exp(-spread), 0);
        if (slope != 0)
        {
            // A trend that may go on or end: the interval holds both.
            lower = Math.Min(lower, Until(budget, covered, period, lookBack, Math.Exp(spread), slope));
            upper = Math.Max(upper, Until(budget, covered, period, lookBack, Math.Exp(-spread), slope));
        }

        return (trending, lower, upper, (long)(_bad[Count] - _bad[Count - lookBack]), lookBack);
    }

    // The share's rise per slot over the range, 0 where the eight parts do not show one at the 1 % level (Student's t, 6 degrees of freedom). The line's value now follows from it.
    private double Slope(int from, int to)
    {
        int slots = to - from;
        if (slots < Parts)
        {
            return 0;
        }

        double sumX = 0, sumXX = 0, sumY = 0, sumXY = 0, sumYY = 0;
        for (int i = 0; i < Parts; i++)
        {
            int start = from + (int)((long)slots * i / Parts);
            int end = from + (int)((long)slots * (i + 1) / Parts);
            double total = _total[end] - _total[start];
            if (total == 0)
            {
                return 0;
            }

            double x = ((start + end) / 2.0) - to, y = (_bad[end] - _bad[start]) / total;
            sumX += x;
            sumXX += x * x;
            sumY += y;
            sumXY += x * y;
            sumYY += y * y;
        }

        double xx = sumXX - (sumX * sumX / Parts), xy = sumXY - (sumX * sumY / Parts), yy = sumYY - (sumY * sumY / Parts);
        double slope = xy / xx;
        double residual = Math.Max(0, yy - (slope * xy)) / (Parts - 2);
        if (slope * slope * xx <= SlopeLimit * SlopeLimit * residual)
        {
            return 0;
        }

        _level = (sumY - (slope * sumX)) / Parts;
        return slope;
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

    // Whether the change lies within the older half: one of its quarters against the newer half, whose unevenness is that of before no change.
    private bool Began(int lookBack, int longer) => Since(lookBack, longer) < longer;

    // The look back up to the first quarter of the older half that does not agree with the newer half, by six standard errors: the unevenness itself is known from eight parts only.
    private int Since(int lookBack, int longer)
    {
        int middle = Count - lookBack;
        double newBad = _bad[Count] - _bad[middle], newTotal = _total[Count] - _total[middle];
        double unevenness = Unevenness(middle, Count);
        for (int quarter = 1; quarter <= Quarters; quarter++)
        {
            int end = middle - (int)((long)(longer - lookBack) * (quarter - 1) / Quarters), start = middle - (int)((long)(longer - lookBack) * quarter / Quarters);
            double oldBad = _bad[end] - _bad[start], oldTotal = _total[end] - _total[start];
            if (oldTotal > 0 && newTotal > 0)
            {
                double pooled = (newBad + oldBad) / (newTotal + oldTotal);
                double variance = unevenness * pooled * ((1 / newTotal) + (1 / oldTotal));
                double difference = (newBad / newTotal) - (oldBad / oldTotal);
                if (difference * difference > Certain * variance)
                {
                    return Count - end;
                }
            }
        }

        return longer;
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

    /// <summary>How much more the mean of consecutive parts varies than if they were independent: (1 + r) / (1 - r) for parts that carry on by a share r (the lag-1 autocorrelation of eighths, which is an eighth too small
    /// on average), at least 1.</summary>
    private double Persistence(int from, int to)
    {
        int slots = to - from;
        if (slots < Parts)
        {
            return 1;
        }

        double share = (_bad[to] - _bad[from]) / Math.Max(1, _total[to] - _total[from]), squares = 0, products = 0, before = 0;
        for (int i = 0; i < Parts; i++)
        {
            int start = from + (int)((long)slots * i / Parts);
            int end = from + (int)((long)slots * (i + 1) / Parts);
            double expected = share * (_total[end] - _total[start]);
            double off = expected > 0 ? (_bad[end] - _bad[start] - expected) / Math.Sqrt(expected) : 0;
            squares += off * off;
            products += off * before;
            before = off;
        }

        double carried = squares > 0 ? Math.Clamp((products / squares) + (1.0 / Parts), 0, MostCarried) : 0;
        return (1 + carried) / (1 - carried);
    }

    // Goes ahead in steps that grow by a 64th until the budget is spent, and interpolates within the last one.
    private double Until(ErrorBudget budget, double covered, double period, int lookBack, double factor, double slope)
    {
        double ahead = 0, total = budget.Total, bad = budget.Bad;
        double before = Spent(budget, total, bad, covered, period);
        while (ahead < 2 * period)
        {
            double step = Math.Max(1, ahead / 64);
            int back = (int)Math.Min(Count, Math.Max(lookBack, ahead + (step / 2)));
            double pace = slope == 0
                ? (_bad[Count] - _bad[Count - back]) / (_total[Count] - _total[Count - back])
                : Math.Max(0, _level + (slope * (ahead + (step / 2))));
            double traffic = Count < SlotsPerDay ? (_total[Count] - _total[Count - back]) / back * step : OfDay(ahead + step) - OfDay(ahead);
            total += traffic;
            bad += traffic * Math.Min(1, pace * factor);
            double after = Spent(budget, total, bad, covered + ahead + step, period);
            if (after >= 1)
            {
                return ahead + (step * (after > before ? (1 - before) / (after - before) : 1));
            }

            before = after;
            ahead += step;
        }

        return double.PositiveInfinity;
    }

    // Until a whole period was watched, its traffic is taken to be like the traffic so far.
    private static double Spent(ErrorBudget budget, double total, double bad, double covered, double period) =>
        bad / (budget.Allowed.ToDouble() * total) * Math.Min(1, covered / period);

    // Events until so many slots ahead, where every day is like the last one.
    private double OfDay(double ahead)
    {
        double days = Math.Floor(ahead / SlotsPerDay);
        double rest = ahead - (days * SlotsPerDay);
        int start = Count - SlotsPerDay;
        int slot = (int)rest;
        double part = _total[start + slot] + ((rest - slot) * (slot < SlotsPerDay ? _total[Math.Min(Count, start + slot + 1)] - _total[start + slot] : 0)) - _total[start];
        return (days * (_total[Count] - _total[start])) + part;
    }
}
