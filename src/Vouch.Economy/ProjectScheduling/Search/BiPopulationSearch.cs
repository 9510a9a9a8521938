namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>
/// A genetic search with two populations: schedules made from the front and schedules made from the back. The children of one become the other, so that every child
/// is also a justification pass over its parents.
/// </summary>
/// <remarks>
/// Sources: D. Debels and M. Vanhoucke, <i>A bi-population based genetic algorithm for the RCPSP</i>, ICCSA 2005; V. Valls, F. Ballestin and S. Quintanilla,
/// <i>Justification and RCPSP: a technique that pays</i>, European Journal of Operational Research 165, 2005. Not safe to share.
/// </remarks>
internal sealed class BiPopulationSearch
{
    /// <summary>The noise of the first lists, as a share of the critical path.</summary>
    private const double NoiseShare = 0.1;

    private readonly ProjectModel _model;
    private readonly SearchRandom _random;
    private readonly ScheduleGenerator _generator;
    private readonly ListSampler _sampler;
    private readonly PeakCrossover _crossover;
    private readonly ListMutation _mutation;
    private readonly ushort[] _list;
    private readonly int[] _counts;
    private readonly HashSet<ulong> _present = [];
    private readonly int _target;
    private readonly Func<long, bool> _mayGoOn;
    private Candidate _child;
    private Candidate _sibling;
    private long _limit;

    public BiPopulationSearch(ProjectModel model, ulong seed, int target, Func<long, bool> mayGoOn)
    {
        _model = model;
        _random = new SearchRandom(seed);
        _generator = new ScheduleGenerator(model);
        _sampler = new ListSampler(model);
        _crossover = new PeakCrossover(model);
        _mutation = new ListMutation(model);
        _list = new ushort[model.Count];
        _counts = new int[model.Horizon + 2];
        _target = target;
        _mayGoOn = mayGoOn;
        _child = new Candidate(model.Count);
        _sibling = new Candidate(model.Count);
        Best = new Candidate(model.Count);
    }

    /// <summary>The shortest schedule so far.</summary>
    public Candidate Best { get; }

    /// <summary>Whether the shortest schedule was made from the front; one made from the back has to be turned.</summary>
    public bool BestIsForward { get; private set; }

    public long Generated => _generator.Generated;

    /// <summary>Gets the size of each population for a number of schedules.</summary>
    public static int PopulationFor(long schedules) => (int)Math.Clamp(Math.Round(0.8 * Math.Sqrt(schedules)), 4, 1_000);

    /// <summary>Gets the expected number of moves per child: large populations evolve for long and need fresh blood.</summary>
    public static double MovesFor(int population) => Math.Min(1, population / 50.0);

    /// <summary>Gets the start of each activity of the shortest schedule, shifted to the front, in the model's order.</summary>
    public int[] Starts()
    {
        int[] finish = Best.Finish;
        if (!BestIsForward)
        {
            finish = new int[_model.Count];
            _generator.Serial(_model.Forward, Best.Turned, finish);
        }

        int[] starts = new int[_model.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = finish[i] - _model.Duration[i];
        }

        return starts;
    }

    /// <summary>Takes over a schedule found elsewhere, where it is shorter than the best; that counts as a schedule made.</summary>
    /// <param name="starts">The start of each activity, in the model's order.</param>
    public void Adopt(ReadOnlySpan<int> starts)
    {
        int[] keys = starts.ToArray();
        ushort[] list = new ushort[keys.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = (ushort)i;
        }

        // Milestones may start together with what waits for them: the model's numbers follow precedence.
        Array.Sort(list, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        Make(list, forward: true, _child);
    }

    /// <summary>Searches until a number of schedules is generated, the target is reached, or time is over; a later run starts beside the best of the one before.</summary>
    /// <param name="limit">The number of schedules, those of earlier runs included.</param>
    /// <param name="expected">How many this run is likely to make: it sets the size of the population.</param>
    public void Run(long limit, long expected)
    {
        _limit = limit;
        int size = PopulationFor(expected);
        double moves = MovesFor(size);
        Candidate[][] populations = [Fill(size), Fill(size)];
        Sample(populations, Remember(populations));

        for (bool forward = true; MayGoOn(); forward = !forward)
        {
            Generation(populations[forward ? 1 : 0], populations[forward ? 0 : 1], forward, moves);
        }
    }

    private Candidate[] Fill(int size)
    {
        var made = new Candidate[size];
        for (int i = 0; i < size; i++)
        {
            made[i] = new Candidate(_model.Count);
        }

        return made;
    }

    /// <summary>Puts the best schedule of an earlier run in the first places.</summary>
    /// <returns>The first place that is still empty.</returns>
    private int Remember(Candidate[][] populations)
    {
        if (Best.Makespan == int.MaxValue || !MayGoOn())
        {
            return 0;
        }

        bool forward = BestIsForward;
        populations[forward ? 0 : 1][0].CopyFrom(Best);
        Make(Best.Turned, !forward, populations[forward ? 1 : 0][0]);
        return 1;
    }

    private void Sample(Candidate[][] populations, int from)
    {
        double noise = NoiseShare * _model.CriticalPath;
        for (int i = from; i < populations[0].Length && MayGoOn(); i++)
        {
            _sampler.Draw(forward: true, parallel: (_random.Next(2) & 1) == 0, i == 0 ? 0 : noise, _random, _list);
            Make(_list, forward: true, populations[0][i]);
            if (MayGoOn())
            {
                Make(populations[0][i].Turned, forward: false, populations[1][i]);
            }
        }
    }

    private void Generation(Candidate[] parents, Candidate[] children, bool forward, double moves)
    {
        int best = 0;
        _present.Clear();
        for (int i = 0; i < children.Length; i++)
        {
            best = children[i].Makespan < children[best].Makespan ? i : best;
            _present.Add(children[i].Hash);
        }

        for (int i = 0; i < children.Length; i++)
        {
            Candidate father = parents[i];
            Candidate mother = parents[_random.Next(parents.Length)];
            Candidate rival = parents[_random.Next(parents.Length)];
            mother = rival.Makespan < mother.Makespan ? rival : mother;
            if (!MayGoOn())
            {
                return;
            }

            Breed(father, mother, forward, moves, _child);
            if (!MayGoOn())
            {
                return;
            }

            Breed(mother, father, forward, moves, _sibling);
            if (_sibling.Makespan < _child.Makespan)
            {
                (_child, _sibling) = (_sibling, _child);
            }

            // A schedule that is there already would only crowd out others.
            if (_present.Contains(_child.Hash))
            {
                (_child, _sibling) = (_sibling, _child);
            }

            // Young ones take the place even where they are longer, except that of the best.
            if ((i != best || _child.Makespan < children[i].Makespan) && _present.Add(_child.Hash))
            {
                _present.Remove(children[i].Hash);
                (children[i], _child) = (_child, children[i]);
            }
        }
    }

    private void Breed(Candidate first, Candidate second, bool forward, double moves, Candidate child)
    {
        _crossover.Cross(first, second, _random, _list);
        _mutation.Apply(forward ? _model.Forward : _model.Reverse, moves, _random, _list);
        Make(_list, forward, child);
    }

    private bool MayGoOn() => Generated < _limit && Best.Makespan > _target && _mayGoOn(Generated);

    private void Make(ReadOnlySpan<ushort> list, bool forward, Candidate into)
    {
        into.Makespan = _generator.Serial(forward ? _model.Forward : _model.Reverse, list, into.Finish);
        Turn(list, into);
        into.Hash = HashOf(into.Finish);
        if (into.Makespan < Best.Makespan)
        {
            Best.CopyFrom(into);
            BestIsForward = forward;
        }
    }

    /// <summary>FNV-1a over the ends; two schedules with one hash are taken for the same, which costs a child at worst.</summary>
    private static ulong HashOf(int[] finish)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (int end in finish)
        {
            hash = (hash ^ (uint)end) * 1_099_511_628_211;
        }

        return hash;
    }

    /// <summary>Sorts by decreasing end, activities of one end as they stand in the list from its back, in O(activities + makespan).</summary>
    private void Turn(ReadOnlySpan<ushort> list, Candidate candidate)
    {
        int makespan = candidate.Makespan;
        Span<int> counts = _counts.AsSpan(0, makespan + 2);
        counts.Clear();
        foreach (int end in candidate.Finish)
        {
            counts[makespan - end + 1]++;
        }

        for (int i = 1; i < counts.Length; i++)
        {
            counts[i] += counts[i - 1];
        }

        for (int i = list.Length - 1; i >= 0; i--)
        {
            candidate.Turned[counts[makespan - candidate.Finish[list[i]]]++] = list[i];
        }
    }
}
