using System.Globalization;

namespace Vouch.TrustEngine.Consensus;

/// <summary>
/// Answers by item in a canonical order, whatever order they came in: items, workers and labels by number. Several answers of one worker to one item share one vote.
/// </summary>
internal sealed class LabelTable
{
    public const int MaxLabel = 255;

    private LabelTable(int[] itemIds, int[] workerIds, int labels, int[] start, int[] worker, byte[] label, float[]? weight)
    {
        ItemIds = itemIds;
        WorkerIds = workerIds;
        Labels = labels;
        Start = start;
        Worker = worker;
        Label = label;
        Weight = weight;
    }

    /// <summary>The items' numbers, ascending; the index is the item's place everywhere else.</summary>
    public int[] ItemIds { get; }

    public int[] WorkerIds { get; }

    public int Items => ItemIds.Length;

    public int Workers => WorkerIds.Length;

    public int Labels { get; }

    public int Count => Worker.Length;

    /// <summary>Where each item's answers begin; one more than there are items.</summary>
    public int[] Start { get; }

    public int[] Worker { get; }

    public byte[] Label { get; }

    /// <summary>What each answer weighs; null where all weigh 1.</summary>
    public float[]? Weight { get; }

    public double WeightAt(int answer) => Weight is null ? 1 : Weight[answer];

    public static LabelTable Of(ReadOnlySpan<LabelAnswer> answers, ReadOnlySpan<VerifiedLabel> verified)
    {
        int labels = 1;
        var itemNumbers = new int[answers.Length + verified.Length];
        var workerNumbers = new int[answers.Length];
        for (int i = 0; i < answers.Length; i++)
        {
            (int item, int worker, int label) = answers[i];
            if (item < 0 || worker < 0 || label is < 0 or > MaxLabel)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Answer {i} is item {item}, worker {worker}, label {label}; items and workers are numbered from 0, labels in [0, {MaxLabel}]."),
                    nameof(answers));
            }

            labels = Math.Max(labels, label + 1);
            itemNumbers[i] = item;
            workerNumbers[i] = worker;
        }

        for (int i = 0; i < verified.Length; i++)
        {
            (int item, int label) = verified[i];
            if (item < 0 || label is < 0 or > MaxLabel)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Verified item {i} is item {item}, label {label}; items are numbered from 0, labels in [0, {MaxLabel}]."),
                    nameof(verified));
            }

            labels = Math.Max(labels, label + 1);
            itemNumbers[answers.Length + i] = item;
        }

        NumberIndex items = NumberIndex.Of(itemNumbers);
        NumberIndex workers = NumberIndex.Of(workerNumbers);
        var start = new int[items.Numbers.Length + 1];
        foreach (LabelAnswer answer in answers)
        {
            start[items.IndexOf(answer.Item) + 1]++;
        }

        for (int item = 0; item < items.Numbers.Length; item++)
        {
            start[item + 1] += start[item];
        }

        var keys = new long[answers.Length];
        int[] next = start.AsSpan(0, items.Numbers.Length).ToArray();
        foreach (LabelAnswer answer in answers)
        {
            keys[next[items.IndexOf(answer.Item)]++] = ((long)workers.IndexOf(answer.Worker) << 8) | (long)answer.Label;
        }

        return Fill(items.Numbers, workers.Numbers, labels, start, keys);
    }

    /// <summary>The place of an item or worker with a number, or a negative number.</summary>
    public static int Find(int[] numbers, int number) => Array.BinarySearch(numbers, number);

    /// <summary>The same answers with the members of each cluster as one voter, who splits one vote as they split theirs. Clusters come first, then the others in their order.</summary>
    public LabelTable Merge(int[] cluster, int clusters, out int[] voterOf)
    {
        voterOf = new int[Workers];
        int voters = clusters;
        for (int worker = 0; worker < Workers; worker++)
        {
            voterOf[worker] = cluster[worker] >= 0 ? cluster[worker] : voters++;
        }

        if (clusters == 0)
        {
            return this;
        }

        var numbers = new int[voters];
        for (int voter = 0; voter < voters; voter++)
        {
            numbers[voter] = voter;
        }

        var start = new int[Items + 1];
        var worker2 = new List<int>(Count);
        var label2 = new List<byte>(Count);
        var weight2 = new List<float>(Count);
        var sums = new SortedDictionary<long, double>();
        var totals = new double[clusters];
        for (int item = 0; item < Items; item++)
        {
            start[item] = worker2.Count;
            sums.Clear();
            Array.Clear(totals);
            for (int i = Start[item]; i < Start[item + 1]; i++)
            {
                int group = cluster[Worker[i]];
                if (group >= 0)
                {
                    long key = ((long)group << 8) | Label[i];
                    sums[key] = sums.GetValueOrDefault(key) + WeightAt(i);
                    totals[group] += WeightAt(i);
                }
            }

            foreach ((long key, double sum) in sums)
            {
                Put((int)(key >> 8), (byte)key, (float)(sum / totals[(int)(key >> 8)]));
            }

            for (int i = Start[item]; i < Start[item + 1]; i++)
            {
                if (cluster[Worker[i]] < 0)
                {
                    Put(voterOf[Worker[i]], Label[i], (float)WeightAt(i));
                }
            }
        }

        start[Items] = worker2.Count;
        return new LabelTable(ItemIds, numbers, Labels, start, [.. worker2], [.. label2], [.. weight2]);

        void Put(int voter, byte label, float weight)
        {
            worker2.Add(voter);
            label2.Add(label);
            weight2.Add(weight);
        }
    }

    /// <summary>One in so many items, picked by a hash of their numbers, with their answers, by the same workers.</summary>
    public LabelTable Sample(int stride, int[] truth, out int[] truthOf)
    {
        int[] picked = [.. Enumerable.Range(0, Items).Where(item => Hash(ItemIds[item]) % (uint)stride == 0)];
        var start = new int[picked.Length + 1];
        for (int item = 0; item < picked.Length; item++)
        {
            start[item + 1] = start[item] + Start[picked[item] + 1] - Start[picked[item]];
        }

        var worker = new int[start[^1]];
        var label = new byte[start[^1]];
        float[]? weight = Weight is null ? null : new float[start[^1]];
        for (int item = 0; item < picked.Length; item++)
        {
            int from = Start[picked[item]];
            int count = start[item + 1] - start[item];
            Array.Copy(Worker, from, worker, start[item], count);
            Array.Copy(Label, from, label, start[item], count);
            if (weight is not null)
            {
                Array.Copy(Weight!, from, weight, start[item], count);
            }
        }

        truthOf = [.. picked.Select(item => truth[item])];
        return new LabelTable([.. picked.Select(item => ItemIds[item])], WorkerIds, Labels, start, worker, label, weight);
    }

    /// <summary>Spreads numbers over all 32 bits, so that a sample has no pattern in common with them (the finaliser of MurmurHash3, A. Appleby, public domain).</summary>
    private static uint Hash(int number)
    {
        uint hash = (uint)number;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }

    /// <summary>The same answers without the voters that are set aside; they keep their numbers.</summary>
    public LabelTable Without(bool[] setAside)
    {
        var start = new int[Items + 1];
        var worker = new List<int>(Count);
        var label = new List<byte>(Count);
        var weight = new List<float>(Count);
        for (int item = 0; item < Items; item++)
        {
            for (int i = Start[item]; i < Start[item + 1]; i++)
            {
                if (!setAside[Worker[i]])
                {
                    worker.Add(Worker[i]);
                    label.Add(Label[i]);
                    weight.Add((float)WeightAt(i));
                }
            }

            start[item + 1] = worker.Count;
        }

        return new LabelTable(ItemIds, WorkerIds, Labels, start, [.. worker], [.. label], [.. weight]);
    }

    /// <summary>Each label's share of each item's votes; even where nobody answered.</summary>
    public double[] Shares()
    {
        var shares = new double[(long)Items * Labels];
        for (int item = 0; item < Items; item++)
        {
            double total = 0;
            Span<double> row = shares.AsSpan(item * Labels, Labels);
            for (int i = Start[item]; i < Start[item + 1]; i++)
            {
                row[Label[i]] += WeightAt(i);
                total += WeightAt(i);
            }

            if (total > 0)
            {
                for (int label = 0; label < row.Length; label++)
                {
                    row[label] /= total;
                }
            }
            else
            {
                row.Fill(1.0 / Labels);
            }
        }

        return shares;
    }

    private static LabelTable Fill(int[] items, int[] workers, int labels, int[] start, long[] keys)
    {
        var worker = new int[keys.Length];
        var label = new byte[keys.Length];
        float[]? weight = null;
        for (int item = 0; item < items.Length; item++)
        {
            Array.Sort(keys, start[item], start[item + 1] - start[item]);
            for (int i = start[item]; i < start[item + 1];)
            {
                long who = keys[i] >> 8;
                int end = i;
                while (end < start[item + 1] && keys[end] >> 8 == who)
                {
                    worker[end] = (int)who;
                    label[end] = (byte)keys[end];
                    end++;
                }

                if (end - i > 1 && weight is null)
                {
                    weight = new float[keys.Length];
                    Array.Fill(weight, 1f);
                }

                for (int same = i; weight is not null && same < end; same++)
                {
                    weight[same] = 1f / (end - i);
                }

                i = end;
            }
        }

        return new LabelTable(items, workers, labels, start, worker, label, weight);
    }
}
