using Vouch.Economy.ProjectScheduling.Search;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>The baseline: one schedule from a priority rule, improved by forward-backward passes where asked for.</summary>
/// <remarks>
/// Safe to share; deterministic. Takes O(activities^2 * resources) at worst. Sources: R. Kolisch, <i>European Journal of Operational Research</i> 90, 1996; V. Valls,
/// F. Ballestin and S. Quintanilla, <i>Justification and RCPSP: a technique that pays</i>, European Journal of Operational Research 165, 2005.
/// </remarks>
public sealed class ListProjectScheduler : IProjectScheduler
{
    private readonly PriorityRule _rule;
    private readonly GenerationScheme _scheme;
    private readonly bool _justify;

    /// <summary>Initializes a scheduler.</summary>
    /// <param name="rule">Which activity is taken first.</param>
    /// <param name="scheme">How the schedule is built.</param>
    /// <param name="justify">Whether activities are then shifted to the back and to the front again, in the order of their ends, as long as that shortens the schedule.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rule or scheme.</exception>
    public ListProjectScheduler(PriorityRule rule = PriorityRule.LatestFinish, GenerationScheme scheme = GenerationScheme.Serial, bool justify = false)
    {
        if (!Enum.IsDefined(rule))
        {
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule.");
        }

        if (!Enum.IsDefined(scheme))
        {
            throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "There is no such scheme.");
        }

        _rule = rule;
        _scheme = scheme;
        _justify = justify;
        string built = scheme == GenerationScheme.Serial ? "serial" : "parallel";
        Name = $"{built} list, {RuleName(rule)}{(justify ? ", justified" : "")}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ProjectSchedule Solve(ProjectProblem problem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        cancellationToken.ThrowIfCancellationRequested();
        ProjectModel model = problem.Model;
        ushort[] list = new ushort[model.Count];
        new ListSampler(model).FromKeys(Keys(model), _scheme == GenerationScheme.Parallel, list);
        var generator = new ScheduleGenerator(model);
        int[] finish = new int[model.Count];
        int makespan = generator.Serial(model.Forward, list, finish);
        while (_justify)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] back = new int[model.Count];
            int[] front = new int[model.Count];
            generator.Serial(model.Reverse, ByDecreasing(finish), back);
            int shorter = generator.Serial(model.Forward, ByDecreasing(back), front);
            if (shorter >= makespan)
            {
                break;
            }

            (makespan, finish) = (shorter, front);
        }

        int[] starts = new int[model.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[model.Given(i)] = finish[i] - model.Duration[i];
        }

        return new ProjectSchedule(problem, Name, starts, LowerBounds.Of(model), generator.Generated);

        // Activities of one end by number; where one of them takes no time its successors come first, so numbers fall.
        ushort[] ByDecreasing(int[] ends) =>
            [.. Enumerable.Range(0, ends.Length).OrderByDescending(i => ends[i]).ThenBy(i => ReferenceEquals(ends, finish) ? -i : i).Select(static i => (ushort)i)];
    }

    private static string RuleName(PriorityRule rule) => rule switch
    {
        PriorityRule.LatestFinish => "LFT",
        PriorityRule.LatestStart => "LST",
        PriorityRule.GreatestRankPositionalWeight => "GRPW",
        PriorityRule.MostTotalSuccessors => "MTS",
        _ => "SPT",
    };

    private double[] Keys(ProjectModel model)
    {
        double[] keys = new double[model.Count];
        int[]? successors = _rule == PriorityRule.MostTotalSuccessors ? TotalSuccessors(model) : null;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = _rule switch
            {
                PriorityRule.LatestFinish => -model.Tail[i],
                PriorityRule.LatestStart => -model.Tail[i] - model.Duration[i],
                PriorityRule.GreatestRankPositionalWeight => -Rank(model, i),
                PriorityRule.MostTotalSuccessors => -successors![i],
                _ => model.Duration[i],
            };
        }

        return keys;
    }

    private static double Rank(ProjectModel model, int activity)
    {
        double weight = model.Duration[activity];
        foreach (int next in model.Reverse.Of(activity))
        {
            weight += model.Duration[next];
        }

        return weight;
    }

    private static int[] TotalSuccessors(ProjectModel model)
    {
        int words = (model.Count + 63) / 64;
        var reached = new ulong[model.Count][];
        int[] counts = new int[model.Count];
        for (int i = model.Count - 1; i >= 0; i--)
        {
            ulong[] row = new ulong[words];
            foreach (int next in model.Reverse.Of(i))
            {
                row[next / 64] |= 1UL << (next % 64);
                for (int w = 0; w < words; w++)
                {
                    row[w] |= reached[next][w];
                }
            }

            reached[i] = row;
            counts[i] = row.Sum(static word => System.Numerics.BitOperations.PopCount(word));
        }

        return counts;
    }
}
