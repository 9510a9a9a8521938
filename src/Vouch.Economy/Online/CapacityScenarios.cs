namespace Vouch.Economy.Online;

/// <summary>
/// What the capacities of all pools may do next, as a fixed number of equally likely courses: pieces of what was seen so far, each begun where capacity stood much as it stands at the end of
/// the piece before; beside them, as long as little was seen, steps up and down as they were assumed beforehand.
/// </summary>
/// <remarks>
/// <para>
/// A block bootstrap by analogs: H. R. Künsch, <i>The jackknife and the bootstrap for general stationary observations</i>, Annals of Statistics 17, 1989; U. Lall and A. Sharma, <i>A nearest
/// neighbor bootstrap for resampling hydrologic time series</i>, Water Resources Research 32, 1996. Unlike a chain with two states it keeps how falls follow each other.
/// </para>
/// <para>Deterministic: the courses of a slot depend on what was seen until then and on nothing else. Not safe to share.</para>
/// </remarks>
internal sealed class CapacityScenarios
{
    /// <summary>How many courses are drawn: enough to tell a chance of a half from one of a quarter (standard error 0.1), few enough to be drawn anew in each slot.</summary>
    public const int Count = 24;

    /// <summary>How far they reach, in hours: what may run longer is judged by its first day.</summary>
    private const double ReachHours = 24;

    /// <summary>The mean length of a piece, in hours: half a day, so that pieces keep what belongs together and still mix.</summary>
    private const double PieceHours = 12;

    /// <summary>The weight of what was assumed beforehand, in hours of observation.</summary>
    private const double PriorHours = 12;

    /// <summary>Of how many slots drawn from the past the one most like the present is taken: the past is long, and it need not be the very best one.</summary>
    private const int Analogs = 8;

    /// <summary>The widest step assumed beforehand, as a share of what is expected, either way; eight such steps on average lead down by about half of it.</summary>
    private const double PriorStep = 0.22;

    private readonly OnlinePool[] _pools;
    private readonly double[][] _given;
    private readonly int _slots;
    private readonly double _piece;
    private readonly double _prior;
    private readonly double _holds;
    private readonly List<double[]> _seen = [];
    private readonly double[][][] _courses;
    private int _drawn = -1;
    private int _length;

    public CapacityScenarios(OnlinePool[] pools, double[][] given, int slots, double expectedUptimeSlots, double slotsPerHour)
    {
        _pools = pools;
        _given = given;
        _slots = slots;
        Reach = (int)Math.Clamp(ReachHours * slotsPerHour, 1, slots);
        _piece = Math.Max(1, PieceHours * slotsPerHour);
        _prior = PriorHours * slotsPerHour;
        _holds = Math.Max(1, expectedUptimeSlots / 8);
        _courses = [.. Enumerable.Range(0, Count).Select(_ => pools.Select(_ => new double[Reach]).ToArray())];
    }

    /// <summary>How many slots a course has.</summary>
    public int Reach { get; }

    public void Observe(double[] capacities) => _seen.Add([.. capacities]);

    /// <summary>The capacity of each pool in the slot that runs and those after it, in one course.</summary>
    public double[][] Course(int number) => Course(number, Reach);

    /// <summary>The same as far as it is asked for: what comes later is not drawn.</summary>
    public double[][] Course(int number, int length)
    {
        if (_drawn != _seen.Count || length > _length)
        {
            _drawn = _seen.Count;
            _length = Math.Min(length, Reach);
            for (int i = 0; i < Count; i++)
            {
                Draw(_courses[i], new Random(unchecked((_seen.Count * 104_729) + (i * 31))));
            }
        }

        return _courses[number];
    }

    private void Draw(double[][] course, Random random)
    {
        int now = _seen.Count - 1;
        double[] level = [.. _seen[now]];
        int at = 0;
        Write(course, at++, now, level);
        while (at < _length)
        {
            if (random.NextDouble() * (_seen.Count + _prior) < _prior)
            {
                for (int holds = Length(random, _holds); holds > 0 && at < _length; holds--)
                {
                    Write(course, at++, now, level);
                }

                for (int k = 0; k < level.Length; k++)
                {
                    double step = ((2 * random.NextDouble()) - 1) * PriorStep;
                    level[k] = Math.Clamp(level[k] + (step * _pools[k].ExpectedCapacity), _pools[k].Floor, Math.Max(level[k], _pools[k].ExpectedCapacity));
                }

                continue;
            }

            int from = Analog(level, random) + 1;
            int end = Math.Min(_seen.Count, from + Length(random, _piece));
            if (from >= end)
            {
                // The present itself: nothing is known to follow it.
                Write(course, at++, now, level);
            }

            for (; from < end && at < _length; from++)
            {
                _seen[from].CopyTo(level, 0);
                Write(course, at++, now, level);
            }
        }
    }

    /// <summary>A slot of the past, drawn at random but rather one like a state.</summary>
    private int Analog(double[] level, Random random)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Analogs; i++)
        {
            int slot = random.Next(_seen.Count);
            double distance = 0;
            for (int k = 0; k < level.Length; k++)
            {
                distance += Math.Abs(_seen[slot][k] - level[k]) / Math.Max(double.Epsilon, _pools[k].ExpectedCapacity);
            }

            if (distance < least)
            {
                (best, least) = (slot, distance);
            }
        }

        return best;
    }

    private void Write(double[][] course, int at, int now, double[] level)
    {
        for (int k = 0; k < level.Length; k++)
        {
            double given = at > 0 && now + at < _slots ? _given[k][now + at] : double.NaN;
            course[k][at] = double.IsNaN(given) ? at > 0 ? Math.Max(level[k], _pools[k].Floor) : level[k] : given;
        }
    }

    /// <summary>A length of a geometric kind with a mean.</summary>
    private static int Length(Random random, double mean) => 1 + (int)(-Math.Log(1 - random.NextDouble()) * mean);
}
