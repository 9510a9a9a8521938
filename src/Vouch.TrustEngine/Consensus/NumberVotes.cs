using System.Globalization;
using System.Runtime.InteropServices;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Finite numbers by item in a canonical order; workers who give the same numbers are one voter.</summary>
internal sealed class NumberVotes
{
    private NumberVotes(int[] itemIds, int[] workerIds, int[] answersOf, int[] voterOf, int voters, int clusters, int[] start, int[] voter, double[] value)
    {
        ItemIds = itemIds;
        WorkerIds = workerIds;
        AnswersOf = answersOf;
        VoterOf = voterOf;
        Voters = voters;
        Clusters = clusters;
        Start = start;
        Voter = voter;
        Value = value;
    }

    public int[] ItemIds { get; }

    public int[] WorkerIds { get; }

    public int[] AnswersOf { get; }

    /// <summary>The voter of each worker; the first voters are the clusters.</summary>
    public int[] VoterOf { get; }

    public int Voters { get; }

    public int Clusters { get; }

    public int[] Start { get; }

    public int[] Voter { get; }

    /// <summary>The voters' values, ascending within each item.</summary>
    public double[] Value { get; }

    public int Items => ItemIds.Length;

    public static NumberVotes Of(ReadOnlySpan<NumberAnswer> answers, ReadOnlySpan<VerifiedNumber> verified, bool findDependent)
    {
        var rows = new List<NumberAnswer>(answers.Length);
        var items = new List<int>(answers.Length);
        var workers = new List<int>(answers.Length);
        for (int i = 0; i < answers.Length; i++)
        {
            NumberAnswer answer = answers[i];
            if (answer.Item < 0 || answer.Worker < 0)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Answer {i} is item {answer.Item}, worker {answer.Worker}; both are numbered from 0."), nameof(answers));
            }

            items.Add(answer.Item);
            workers.Add(answer.Worker);
            if (double.IsFinite(answer.Value))
            {
                rows.Add(answer);
            }
        }

        for (int i = 0; i < verified.Length; i++)
        {
            if (verified[i].Item < 0 || !double.IsFinite(verified[i].Value))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Verified item {i} is item {verified[i].Item}, value {verified[i].Value}; items are numbered from 0 and values finite."), nameof(verified));
            }

            items.Add(verified[i].Item);
        }

        NumberIndex itemIndex = NumberIndex.Of(CollectionsMarshal.AsSpan(items));
        NumberIndex workerIndex = NumberIndex.Of(CollectionsMarshal.AsSpan(workers));
        (int Item, int Worker, double Value)[] sorted = [.. rows.Select(row => (itemIndex.IndexOf(row.Item), workerIndex.IndexOf(row.Worker), row.Value)).Order()];
        int workerCount = workerIndex.Numbers.Length;
        var answersOf = new int[workerCount];
        foreach ((_, int worker, _) in sorted)
        {
            answersOf[worker]++;
        }

        var group = new int[workerCount];
        Array.Fill(group, -1);
        if (findDependent && workerCount >= DependenceSearch.LeastMembers)
        {
            group = FindSame(sorted, workerCount, group);
        }

        int clusters = workerCount == 0 ? 0 : group.Max() + 1;
        var voterOf = new int[workerCount];
        int voters = clusters;
        for (int worker = 0; worker < workerCount; worker++)
        {
            voterOf[worker] = group[worker] >= 0 ? group[worker] : voters++;
        }

        return Collapse(itemIndex.Numbers, workerIndex.Numbers, answersOf, voterOf, voters, clusters, sorted);
    }

    /// <summary>Groups of workers who give the same numbers far more often than an item's answers are the same.</summary>
    private static int[] FindSame((int Item, int Worker, double Value)[] sorted, int workers, int[] none)
    {
        var labels = new List<LabelAnswer>(sorted.Length);
        foreach (IGrouping<int, (int Item, int Worker, double Value)> item in sorted.GroupBy(static row => row.Item))
        {
            double[] distinct = [.. item.Select(static row => row.Value).GroupBy(static value => value).OrderByDescending(static same => same.Count()).ThenBy(static same => same.Key).Select(static same => same.Key).Take(LabelTable.MaxLabel + 1)];
            var index = distinct.Select(static (value, place) => (value, place)).ToDictionary(static pair => pair.value, static pair => pair.place);
            foreach ((int Item, int Worker, double Value) row in item)
            {
                if (index.TryGetValue(row.Value, out int label))
                {
                    labels.Add(new LabelAnswer(row.Item, row.Worker, label));
                }
            }
        }

        LabelTable table = LabelTable.Of(CollectionsMarshal.AsSpan(labels), []);
        if (table.Workers < DependenceSearch.LeastMembers)
        {
            return none;
        }

        var free = new int[table.Workers];
        Array.Fill(free, -1);
        int[] proposal = new DependenceSearch(table, sharedLabels: false).Propose(free, 0);
        var group = new int[workers];
        Array.Fill(group, -1);
        for (int worker = 0; worker < proposal.Length; worker++)
        {
            group[table.WorkerIds[worker]] = proposal[worker];
        }

        return group;
    }

    private static NumberVotes Collapse(int[] itemIds, int[] workerIds, int[] answersOf, int[] voterOf, int voters, int clusters, (int Item, int Worker, double Value)[] sorted)
    {
        var start = new int[itemIds.Length + 1];
        var voter = new List<int>(sorted.Length);
        var value = new List<double>(sorted.Length);
        int next = 0;
        for (int item = 0; item < itemIds.Length; item++)
        {
            var votes = new List<(double Value, int Voter)>();
            for (; next < sorted.Length && sorted[next].Item == item; next++)
            {
                votes.Add((sorted[next].Value, voterOf[sorted[next].Worker]));
            }

            // One value per voter: the one given most often, the lowest where some are level.
            foreach ((double Value, int Voter) vote in votes.GroupBy(static vote => vote.Voter)
                .Select(static own => (own.GroupBy(static vote => vote.Value).OrderByDescending(static same => same.Count()).ThenBy(static same => same.Key).First().Key, own.Key))
                .Order())
            {
                value.Add(vote.Value);
                voter.Add(vote.Voter);
            }

            start[item + 1] = voter.Count;
        }

        return new NumberVotes(itemIds, workerIds, answersOf, voterOf, voters, clusters, start, [.. voter], [.. value]);
    }
}
