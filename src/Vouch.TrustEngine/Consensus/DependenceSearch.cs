using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Consensus;

/// <summary>
/// Proposes groups of workers who agree with one another more than an item's other answers make likely: copies, rings, bots of one owner. A proposal proves nothing; <see cref="DependenceTest"/> does.
/// </summary>
/// <remarks>
/// Two answers to an item are compared with two hypotheses: both repeat one script (they agree with 94 %), or they agree as often as any two answers to that item do. Log likelihood ratios add up over the items
/// that two workers share, and over the members of a group (a composite likelihood). Only workers whose answers have something to do with the others' count in what is usual, so that random answers do not
/// make honest agreement look strange. O(answers × answers per item) for the seeds, O(answers) for a round of growth.
/// </remarks>
internal sealed partial class DependenceSearch
{
    /// <summary>How often a member departs from the script.</summary>
    public const double Deviation = 0.03;

    public const int LeastMembers = 3;

    private const double PairDeviation = 0.03;
    private const double Tightness = 0.9;
    private const double SmoothingPairs = 2;
    private const int MaxGroups = 10;
    private const int MaxFailures = 5;
    private const int MaxRounds = 12;
    private const long MaxPairs = 50_000_000;

    private readonly LabelTable _answers;
    private readonly int[] _itemOf;
    private readonly int[] _workerStart;
    private readonly int[] _byWorker;
    private readonly bool[] _associated;
    private readonly int _greatestItem;

    /// <param name="answers">The answers.</param>
    /// <param name="sharedLabels">Whether a label means the same from item to item; otherwise all workers count in what is usual.</param>
    public DependenceSearch(LabelTable answers, bool sharedLabels = true)
    {
        _answers = answers;
        _itemOf = new int[answers.Count];
        _workerStart = new int[answers.Workers + 1];
        for (int item = 0; item < answers.Items; item++)
        {
            for (int i = answers.Start[item]; i < answers.Start[item + 1]; i++)
            {
                _itemOf[i] = item;
                _workerStart[answers.Worker[i] + 1]++;
            }
        }

        for (int worker = 0; worker < answers.Workers; worker++)
        {
            _workerStart[worker + 1] += _workerStart[worker];
        }

        _byWorker = new int[answers.Count];
        int[] next = _workerStart.AsSpan(0, answers.Workers).ToArray();
        for (int i = 0; i < answers.Count; i++)
        {
            _byWorker[next[answers.Worker[i]]++] = i;
        }

        _associated = sharedLabels ? FindAssociated() : [.. Enumerable.Repeat(true, answers.Workers)];
        _greatestItem = GreatestItem(answers);
    }

    /// <summary>Proposes groups among the workers who are in none yet.</summary>
    /// <param name="group">The group of each worker so far, or -1.</param>
    /// <param name="groups">How many groups there are so far.</param>
    /// <returns>The proposed group of each worker, counted from 0, or -1.</returns>
    public int[] Propose(int[] group, int groups)
    {
        int workers = _answers.Workers;
        double least = Math.Log(workers);
        (float[] agree, float[] differ) = LogRatios(group, groups);
        var proposal = new int[workers];
        Array.Fill(proposal, -1);
        var free = new bool[workers];
        var mass = new double[workers];
        var scratch = new double[workers];
        Array.Fill(scratch, double.NaN);
        var touched = new List<int>();
        for (int worker = 0; worker < workers; worker++)
        {
            free[worker] = group[worker] < 0;
        }

        for (int worker = 0; worker < workers; worker++)
        {
            mass[worker] = free[worker] ? Compare(worker, free, agree, differ, scratch, touched) : 0;
        }

        bool[] seeds = (bool[])free.Clone();
        int found = 0;
        int failures = 0;
        while (found < MaxGroups && failures < MaxFailures)
        {
            int seed = Greatest(mass, seeds);
            if (seed < 0 || mass[seed] < least)
            {
                break;
            }

            double now = Compare(seed, free, agree, differ, scratch, touched);
            if (now < mass[seed] * (1 - 1e-12))
            {
                // It lost partners to an earlier group: it may not be the best seed any more.
                mass[seed] = now;
                continue;
            }

            var member = new bool[workers];
            foreach (int other in touched)
            {
                member[other] = scratch[other] > 0.5;
            }

            member[seed] = true;
            member = Grow(member, free, agree, differ, least);
            int size = member.Count(static one => one);
            seeds[seed] = false;
            if (size < LeastMembers)
            {
                failures++;
                continue;
            }

            failures = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                if (member[worker])
                {
                    proposal[worker] = found;
                    free[worker] = false;
                    seeds[worker] = false;
                }
            }

            found++;
        }

        return proposal;
    }

    /// <summary>Members are those whom the group's other members speak for and who follow them; until that is stable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool[] Grow(bool[] member, bool[] free, float[] agree, float[] differ, double least)
    {
        int workers = _answers.Workers;
        int labels = _answers.Labels;
        var score = new double[workers];
        var compared = new int[workers];
        var followed = new int[workers];
        Span<int> counts = stackalloc int[labels];
        for (int round = 0; round < MaxRounds; round++)
        {
            Array.Clear(score);
            Array.Clear(compared);
            Array.Clear(followed);
            for (int item = 0; item < _answers.Items; item++)
            {
                counts.Clear();
                int total = 0;
                for (int i = _answers.Start[item]; i < _answers.Start[item + 1]; i++)
                {
                    if (member[_answers.Worker[i]])
                    {
                        counts[_answers.Label[i]]++;
                        total++;
                    }
                }

                for (int i = _answers.Start[item]; total > 0 && i < _answers.Start[item + 1]; i++)
                {
                    int worker = _answers.Worker[i];
                    int self = member[worker] ? 1 : 0;
                    if (!free[worker] || total == self)
                    {
                        continue;
                    }

                    int same = counts[_answers.Label[i]] - self;
                    int most = 0;
                    for (int label = 0; label < labels; label++)
                    {
                        most = Math.Max(most, counts[label] - (label == _answers.Label[i] ? self : 0));
                    }

                    score[worker] += (same * (double)agree[item]) + ((total - self - same) * (double)differ[item]);
                    compared[worker]++;
                    followed[worker] += same == most ? 1 : 0;
                }
            }

            bool changed = false;
            var next = new bool[workers];
            for (int worker = 0; worker < workers; worker++)
            {
                bool speaksFor = compared[worker] >= 2 && (round < 2 ? score[worker] > 0 : score[worker] > least && followed[worker] >= Tightness * compared[worker]);
                next[worker] = free[worker] && speaksFor;
                changed |= next[worker] != member[worker];
            }

            member = next;
            if (!changed && round >= 2)
            {
                break;
            }
        }

        return member;
    }

    /// <summary>A worker's log ratio with every other free worker, and the sum of those that speak for a script.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Compare(int worker, bool[] free, float[] agree, float[] differ, double[] scratch, List<int> touched)
    {
        foreach (int other in touched)
        {
            scratch[other] = double.NaN;
        }

        touched.Clear();
        for (int k = _workerStart[worker]; k < _workerStart[worker + 1]; k++)
        {
            int i = _byWorker[k];
            int item = _itemOf[i];
            if (_answers.Start[item + 1] - _answers.Start[item] > _greatestItem)
            {
                continue;
            }

            for (int j = _answers.Start[item]; j < _answers.Start[item + 1]; j++)
            {
                int other = _answers.Worker[j];
                if (other != worker && free[other])
                {
                    if (double.IsNaN(scratch[other]))
                    {
                        touched.Add(other);
                        scratch[other] = 0;
                    }

                    scratch[other] += _answers.Label[j] == _answers.Label[i] ? agree[item] : differ[item];
                }
            }
        }

        double sum = 0;
        foreach (int other in touched)
        {
            sum += Math.Max(0, scratch[other]);
        }

        return sum;
    }

    /// <summary>What agreeing and differing on each item say for a script, against what is usual on that item once known groups count as one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (float[] Agree, float[] Differ) LogRatios(int[] group, int groups)
    {
        int items = _answers.Items;
        var agreed = new double[items];
        var pairs = new double[items];
        var sums = new double[_answers.Labels];
        var sizes = new int[groups];
        double allAgreed = 0;
        double allPairs = 0;
        for (int item = 0; item < items; item++)
        {
            Array.Clear(sums);
            Array.Clear(sizes);
            for (int i = _answers.Start[item]; i < _answers.Start[item + 1]; i++)
            {
                if (group[_answers.Worker[i]] is >= 0 and int known)
                {
                    sizes[known]++;
                }
            }

            double squares = 0;
            double total = 0;
            for (int i = _answers.Start[item]; i < _answers.Start[item + 1]; i++)
            {
                int worker = _answers.Worker[i];
                double weight = _associated[worker] ? _answers.WeightAt(i) / (group[worker] < 0 ? 1 : sizes[group[worker]]) : 0;
                sums[_answers.Label[i]] += weight;
                squares += weight * weight;
                total += weight;
            }

            double same = 0;
            foreach (double sum in sums)
            {
                same += sum * sum;
            }

            agreed[item] = Math.Max(0, (same - squares) / 2);
            pairs[item] = Math.Max(0, ((total * total) - squares) / 2);
            allAgreed += agreed[item];
            allPairs += pairs[item];
        }

        double usual = allPairs > 1e-9 ? allAgreed / allPairs : 0.5;
        var agree = new float[items];
        var differ = new float[items];
        for (int item = 0; item < items; item++)
        {
            double expected = Math.Clamp((agreed[item] + (SmoothingPairs * usual)) / (pairs[item] + SmoothingPairs), 0.001, 0.999);
            agree[item] = (float)Math.Log((1 - PairDeviation) / expected);
            differ[item] = (float)Math.Log(PairDeviation / (1 - expected));
        }

        return (agree, differ);
    }

    /// <summary>Items with more answers than this are left out when seeds are looked for, so that the work stays bounded.</summary>
    private static int GreatestItem(LabelTable answers)
    {
        var sizes = new int[answers.Items];
        for (int item = 0; item < sizes.Length; item++)
        {
            sizes[item] = answers.Start[item + 1] - answers.Start[item];
        }

        Array.Sort(sizes);
        long pairs = 0;
        foreach (int size in sizes)
        {
            pairs += (long)size * size;
            if (pairs > MaxPairs)
            {
                return size - 1;
            }
        }

        return int.MaxValue;
    }

    private static int Greatest(double[] mass, bool[] seeds)
    {
        int greatest = -1;
        for (int worker = 0; worker < mass.Length; worker++)
        {
            if (seeds[worker] && (greatest < 0 || mass[worker] > mass[greatest]))
            {
                greatest = worker;
            }
        }

        return greatest;
    }
}
