namespace Vouch.Economy.Online;

/// <summary>
/// What the capacity of one pool has done so far, as a chain with two states per level: how likely it falls below an amount within a slot, and how likely it comes back.
/// Kept for a fixed number of levels, so that one observation takes constant time and a question a look into a table.
/// </summary>
internal sealed class CapacityHistory
{
    /// <summary>Levels from nothing to what is expected; one more for amounts that were never expected.</summary>
    public const int Levels = 64;

    /// <summary>The weight of what was expected beforehand, in hours of observation.</summary>
    private const double PriorHours = 4;

    /// <summary>After how many hours an observation counts half: capacity has times of plenty and times of want, and what held a week ago says little about tonight.</summary>
    private const double HalfLifeHours = 24;

    /// <summary>How long an outage is expected to last before one was seen, in hours.</summary>
    private const double PriorOutageHours = 1;

    private readonly double _top;
    private readonly double _floor;
    private readonly double _priorFall;
    private readonly double _priorRise;
    private readonly double _priorWeight;
    private readonly double[] _above = new double[Levels + 1];
    private readonly double[] _falls = new double[Levels + 1];
    private readonly double[] _rises = new double[Levels + 1];
    private readonly double[] _fallen = new double[Levels + 2];
    private readonly double[] _held = new double[Levels + 2];
    private readonly double[] _rise = new double[Levels + 2];
    private readonly double[] _share = new double[Levels + 2];
    private readonly double[][] _below;
    private readonly List<double> _sorted = [];
    private readonly Queue<double> _recent = new();
    private readonly int _window;
    private readonly double _kept;
    private double _transitions;
    private int _seen;
    private double _last = double.NaN;
    private double _sum;
    private double _squares;
    private double _products;

    public CapacityHistory(OnlinePool pool, int slots, double expectedUptimeSlots, double slotsPerHour)
    {
        _top = Math.Max(pool.ExpectedCapacity, double.Epsilon);
        Scale = Levels / _top;
        _floor = pool.Floor;
        _priorFall = Math.Min(0.5, 1 / expectedUptimeSlots);
        _priorRise = Math.Min(0.9, 1 / Math.Max(1, PriorOutageHours * slotsPerHour));
        _priorWeight = Math.Max(1, PriorHours * slotsPerHour);
        _kept = Math.Pow(0.5, 1 / (HalfLifeHours * slotsPerHour));
        _window = (int)Math.Clamp(24 * slotsPerHour, 1, 10_000);
        _below = [.. Enumerable.Range(0, Levels + 2).Select(level => level > Levels ? [1.0] : new double[slots + 1])];
        Fill();
    }

    /// <summary>
    /// The chance that capacity falls below a level within a slot, such that a run of some slots holds as often as it should be expected to: how often it falls is itself only known
    /// from what was seen, and the mean of (1 - h)^n over all h that may be true is far above (1 - mean h)^n for long runs.
    /// </summary>
    /// <remarks>The predictive distribution of a Beta posterior, with Stirling's approximation of its Gamma functions.</remarks>
    public double Fall(int level, int length)
    {
        double falls = _fallen[level];
        double holds = _held[level];
        return falls == 0 ? 0 : double.IsPositiveInfinity(falls) ? 1 : 1 - Math.Exp(-falls * Math.Log(1 + (length / holds)) / length);
    }

    /// <summary>The chance, per level, that capacity comes back within the next slot, given that it stands below.</summary>
    public ReadOnlySpan<double> Rise => _rise;

    /// <summary>The share of the time, per level, that capacity stands there in the long run.</summary>
    public ReadOnlySpan<double> Share => _share;

    /// <summary>The level of an amount is its share of what is expected times this, rounded up.</summary>
    public double Scale { get; }

    public void Observe(double capacity)
    {
        _transitions = _seen > 0 ? (_transitions * _kept) + 1 : 0;
        for (int level = 0; level <= Levels && _seen > 0; level++)
        {
            _above[level] *= _kept;
            _falls[level] *= _kept;
            _rises[level] *= _kept;
            double amount = _top * level / Levels * (1 - 1e-12);
            if (_last >= amount)
            {
                _above[level]++;
                _falls[level] += capacity < amount ? 1 : 0;
            }
            else
            {
                _rises[level] += capacity >= amount ? 1 : 0;
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

        Fill();
    }

    /// <summary>Where the capacity of the recent past stands in the middle, and how much of the distance to it is left after one slot.</summary>
    public (double Median, double Last, double Memory) Trend(double otherwise) =>
        _seen == 0 ? (otherwise, otherwise, 0) : (_sorted[_sorted.Count / 2], _last, Memory());

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

    /// <summary>The level of an amount: its share of what is expected, rounded up; one more than all where it was never expected.</summary>
    public int LevelOf(double amount)
    {
        double scaled = amount * Scale;
        return scaled > Levels + 1e-6 ? Levels + 1 : scaled <= 1e-6 ? 0 : (int)(scaled + (1 - 1e-6));
    }

    /// <summary>The chance that capacity stands below a level a number of slots from now.</summary>
    public double Below(int level, int ahead) => level == 0 ? 0 : _below[level][Math.Min(ahead, _below[level].Length - 1)];

    private void Fill()
    {
        for (int level = 0; level <= Levels; level++)
        {
            bool relied = _top * level / Levels <= _floor;
            _fallen[level] = relied ? 0 : _falls[level] + (_priorWeight * _priorFall);
            _held[level] = _above[level] - _falls[level] + (_priorWeight * (1 - _priorFall));
            double fall = _fallen[level] / (_fallen[level] + _held[level]);
            _rise[level] = relied ? 1 : (_rises[level] + (_priorWeight * _priorRise)) / (_transitions - _above[level] + _priorWeight);
            _share[level] = _rise[level] / (_rise[level] + fall);
        }

        double stands = _seen == 0 ? _top : _last;
        for (int level = 0; level <= Levels; level++)
        {
            double fall = _fallen[level] / (_fallen[level] + _held[level]);
            double memory = Math.Max(0, 1 - fall - _rise[level]);
            double away = (stands >= _top * level / Levels * (1 - 1e-12) ? 1 : 0) - _share[level];
            foreach (ref double below in _below[level].AsSpan())
            {
                below = 1 - _share[level] - away;
                away *= memory;
            }
        }

        _fallen[Levels + 1] = double.PositiveInfinity;
        _held[Levels + 1] = 1;
        _rise[Levels + 1] = 0;
        _share[Levels + 1] = 0;
    }
}
