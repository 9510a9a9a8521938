namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// What a slot costs a job in the eyes of the search: its price and a charge for the use of scarce capacity. Prefix sums and the order of the slots per class of jobs
/// with equal rate and demands. Immutable.
/// </summary>
internal sealed class SlotGuide
{
    private readonly double[][] _prefix;
    private readonly int[][] _order;
    private readonly JobClasses _classes;

    /// <summary>Initializes a guide.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="least">Per job, the least cost of a relaxed run or of the rejection.</param>
    /// <param name="unit">Per class and slot, what the slot costs; closed slots may be infinite.</param>
    public SlotGuide(JobClasses classes, double[][] unit, double[] least)
    {
        Least = least;
        _classes = classes;
        _prefix = new double[classes.Count][];
        _order = new int[classes.Count][];
        for (int c = 0; c < classes.Count; c++)
        {
            double[] keys = new double[unit[c].Length];
            int[] order = new int[keys.Length];
            double[] prefix = _prefix[c] = new double[keys.Length + 1];
            for (int t = 0; t < keys.Length; t++)
            {
                double cost = double.IsFinite(unit[c][t]) ? unit[c][t] : 0;
                prefix[t + 1] = prefix[t] + cost;
                keys[t] = cost;
                order[t] = t;
            }

            Array.Sort(keys, order);
            _order[c] = order;
        }
    }

    /// <summary>What the cheapest relaxed run or the rejection of each job costs by the guide.</summary>
    public double[] Least { get; }

    /// <summary>The guide's prefix sums for a job.</summary>
    public double[] Prefix(int job) => _prefix[_classes.Of[job]];

    /// <summary>The slots in the order of what they cost a job.</summary>
    public int[] Order(int job) => _order[_classes.Of[job]];
}
