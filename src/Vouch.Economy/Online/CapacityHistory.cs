namespace Vouch.Economy.Online;

/// <summary>
/// What the capacity of one pool has done so far: how often it fell below a level, how long it stayed there, and how fast it forgets where it stood. Counts are kept for
/// a fixed number of levels, so that one observation and one question take constant time.
/// </summary>
internal sealed class CapacityHistory
{
    private const int Levels = 64;

    /// <summary>The weight of what was expected beforehand, in observations: a day of quarter hours.</summary>
    private const double PriorWeight = 96;

    /// <summary>How long an outage is expected to last before one was seen, in slots.</summary>
    private const double PriorOutage = 4;

    private readonly double _top;
    private readonly double _priorHazard;
    private readonly int[] _above = new int[Levels + 1];
    private readonly int[] _falls = new int[Levels + 1];
    private readonly List<double> _sorted = [];
    private readonly Queue<double> _recent = new();
    private readonly int _window;
    private int _seen;
    private double _last = double.NaN;
    private double _sum;
    private double _squares;
    private double _products;

    public CapacityHistory(double expected, double expectedUptimeSlots, int window)
    {
        _top = Math.Max(expected, double.Epsilon);
        _priorHazard = Math.Min(0.5, 1 / expectedUptimeSlots);
        _window = Math.Max(1, window);
    }

    public void Observe(double capacity)
    {
        for (int level = 0; level <= Levels; level++)
        {
            double amount = _top * level / Levels;
            if (_seen > 0 && _last >= amount)
            {
                _above[level]++;
                _falls[level] += capacity < amount ? 1 : 0;
            }
        }

        if (_seen > 0)
        {
            _products += _last * capacity;
        }

        _seen++;
        _sum += capacity;
        _squares += capacity * capacity;
        _last = capacity;
        _recent.Enqueue(capacity);
        int at = _sorted.BinarySearch(capacity);
        _sorted.Insert(at < 0 ? ~at : at, capacity);
        if (_recent.Count > _window)
        {
            _sorted.RemoveAt(_sorted.BinarySearch(_recent.Dequeue()));
        }
    }

    /// <summary>The chance that capacity falls below an amount within the next slot, given that it stands above.</summary>
    public double Hazard(double amount)
    {
        int level = Level(amount);
        return (_falls[level] + (PriorWeight * _priorHazard)) / (_above[level] + PriorWeight);
    }

    /// <summary>The share of the time that capacity stands above an amount.</summary>
    public double Availability(double amount)
    {
        int level = Level(amount);
        return (_above[level] + (PriorWeight / 4 / (1 + (PriorOutage * _priorHazard)))) / (Math.Max(0, _seen - 1) + (PriorWeight / 4));
    }

    /// <summary>How long capacity stays below an amount once it fell, in slots.</summary>
    public double Outage(double amount)
    {
        int level = Level(amount);
        int below = Math.Max(0, _seen - 1 - _above[level]);
        return (below + PriorOutage) / (_falls[level] + 1);
    }

    /// <summary>What is expected a number of slots ahead: what stands now, drawn towards the median of the recent past as fast as the past forgot.</summary>
    public double Forecast(int ahead, double otherwise)
    {
        if (_seen == 0)
        {
            return otherwise;
        }

        double median = _sorted[_sorted.Count / 2];
        return median + (Math.Pow(Memory(), ahead) * (_last - median));
    }

    /// <summary>The correlation of one slot's capacity with the next one's.</summary>
    private double Memory()
    {
        if (_seen < 8)
        {
            return 0.9;
        }

        double mean = _sum / _seen;
        double variance = (_squares / _seen) - (mean * mean);
        double shared = (_products / (_seen - 1)) - (mean * mean);
        return variance <= 1e-12 * mean * mean ? 1 : Math.Clamp(shared / variance, 0, 0.999);
    }

    private int Level(double amount) => (int)Math.Clamp(Math.Ceiling(amount / _top * Levels), 0, Levels);
}
