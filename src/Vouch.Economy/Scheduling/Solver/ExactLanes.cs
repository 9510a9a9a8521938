namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// <see cref="ExactSearch"/> in two lanes at once: one searches everything, the other repairs parts of the best plan, and they meet at the better plan after every so many parts.
/// What happens depends on the seed and the numbers of parts, not on threads.
/// </summary>
internal sealed class ExactLanes
{
    private const int PartsPerMeeting = 32;

    private readonly ExactSearch _tree;
    private readonly ExactSearch _repair;
    private readonly SplitMix _random;
    private readonly ParallelOptions _threads;

    /// <param name="begin">Makes a search below the best plan known; called once for each lane.</param>
    /// <param name="seed">What the repairs draw from.</param>
    /// <param name="threads">How many threads there are at most.</param>
    public ExactLanes(Func<ExactSearch> begin, ulong seed, int threads)
    {
        _random = new SplitMix(seed);
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var lanes = new ExactSearch[2];
        Parallel.For(0, lanes.Length, _threads, lane => lanes[lane] = begin());
        (_tree, _repair) = (lanes[0], lanes[1]);
    }

    /// <summary>The search that holds the best plan.</summary>
    public ExactSearch Best => _tree;

    /// <summary>Up to so many parts in each lane.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="mayGoOn">Asked before every part, by both lanes at once; throws nothing.</param>
    public void Run(long parts, Func<bool> mayGoOn)
    {
        for (long done = 0; done < parts && !_tree.IsProven && mayGoOn(); done += PartsPerMeeting)
        {
            int next = (int)Math.Min(PartsPerMeeting, parts - done);
            Parallel.For(0, 2, _threads, lane =>
            {
                if (lane == 0)
                {
                    _tree.Run(next, mayGoOn);
                }
                else
                {
                    _repair.Repair(next, _random, mayGoOn);
                }
            });
            _tree.Adopt(_repair);
            _repair.Adopt(_tree);
        }
    }
}
