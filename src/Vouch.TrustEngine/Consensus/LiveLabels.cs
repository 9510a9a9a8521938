namespace Vouch.TrustEngine.Consensus;

/// <summary>A fit that takes more answers.</summary>
internal sealed class LiveLabels
{
    private readonly LabelTable _votes;
    private readonly LabelFit _fit;
    private readonly int[] _truth;
    private readonly int[] _workerIds;
    private readonly int[] _voterOf;
    private readonly bool[] _echoes;
    private readonly double[] _weights;
    private readonly double _meanWeight;
    private readonly double _byzantineShare;
    private readonly Dictionary<int, int> _newItems = [];
    private readonly Dictionary<int, int> _newWorkers = [];
    private readonly Dictionary<int, List<(int Voter, int Label)>> _added = [];
    private readonly Dictionary<int, double[]> _columns = [];
    private readonly Dictionary<int, (double[] Counts, double[] Logs)> _voters = [];
    private readonly double[] _sums;

    public LiveLabels(LabelTable answers, LabelTable votes, LabelFit fit, int[] truth, int[] voterOf, bool[] echoes, double[] weights, double byzantineShare)
    {
        BaseAnswers = answers.Count;
        _votes = votes;
        _fit = fit;
        _truth = truth;
        _workerIds = answers.WorkerIds;
        _voterOf = voterOf;
        _echoes = echoes;
        _weights = weights;
        _meanWeight = weights.Length == 0 ? 1 : weights.Average();
        _byzantineShare = byzantineShare;
        _sums = new double[fit.Width];
        for (int column = 0; column < fit.Width; column++)
        {
            for (int label = 0; label < fit.Labels; label++)
            {
                _sums[column] += fit.Population[(column * fit.Labels) + label];
            }
        }
    }

    public int BaseAnswers { get; }

    public void Add(ReadOnlySpan<LabelAnswer> answers)
    {
        var items = new SortedSet<int>();
        var fresh = new List<(int Item, int Voter, int Label)>(answers.Length);
        foreach ((int itemNumber, int workerNumber, int label) in answers)
        {
            int item = Place(itemNumber);
            int voter = Voter(workerNumber);
            if (voter < 0 || Votes(item).Any(vote => vote.Voter == voter))
            {
                // An echo has no vote, and a voter has one vote an item: the first.
                items.Add(item);
                _added.TryAdd(item, []);
                continue;
            }

            _added.TryAdd(item, []);
            _added[item].Add((voter, label));
            fresh.Add((item, voter, label));
            items.Add(item);
        }

        foreach ((int item, int voter, int label) in fresh)
        {
            Move(voter, label, 1, Columns(item));
        }

        var touched = new SortedSet<int>();
        for (int sweep = 0; sweep < 2; sweep++)
        {
            foreach (int item in items)
            {
                double[] before = Columns(item);
                double[] after = Chances(item);
                var change = new double[after.Length];
                for (int column = 0; column < after.Length; column++)
                {
                    change[column] = after[column] - before[column];
                }

                foreach ((int voter, int label, double weight) in Votes(item))
                {
                    Move(voter, label, weight, change);
                    touched.Add(voter);
                }

                _columns[item] = after;
            }

            foreach (int voter in touched)
            {
                TakeLogs(voter);
            }
        }
    }

    public LabelDecision Decide(int number)
    {
        int item = LabelTable.Find(_votes.ItemIds, number);
        if (item < 0 && !_newItems.TryGetValue(number, out item))
        {
            throw new KeyNotFoundException(FormattableString.Invariant($"Nobody answered item {number}."));
        }

        int labels = _fit.Labels;
        double[] columns = Columns(item);
        var shares = new double[labels];
        var support = new double[labels];
        double total = 0;
        var voters = new HashSet<int>();
        foreach ((int voter, int label, double weight) in Votes(item))
        {
            double vote = weight * (voter < _weights.Length ? _weights[voter] : _meanWeight);
            shares[label] += vote;
            total += vote;
            support[label] += weight;
            voters.Add(voter);
        }

        var chances = new double[labels];
        int truth = item < _truth.Length ? _truth[item] : -1;
        for (int column = 0; column < columns.Length; column++)
        {
            chances[column / _fit.Kinds] += columns[column];
        }

        for (int label = 0; label < labels; label++)
        {
            chances[label] = truth >= 0 ? truth == label ? 1 : 0 : (chances[label] + (total > 0 ? shares[label] / total : 1.0 / labels)) / 2;
        }

        return LabelDecision.Of(number, chances, support, voters.Count, truth >= 0, _byzantineShare, ExpectedGain.Of(_fit, columns, chances));
    }

    private int Place(int number)
    {
        int item = LabelTable.Find(_votes.ItemIds, number);
        if (item < 0 && !_newItems.TryGetValue(number, out item))
        {
            item = _votes.Items + _newItems.Count;
            _newItems.Add(number, item);
        }

        return item;
    }

    /// <summary>The voter that a worker is, or -1 where it has no vote.</summary>
    private int Voter(int number)
    {
        int worker = LabelTable.Find(_workerIds, number);
        if (worker >= 0)
        {
            int voter = _voterOf[worker];
            return voter < _echoes.Length && _echoes[voter] ? -1 : voter;
        }

        if (!_newWorkers.TryGetValue(number, out int fresh))
        {
            fresh = _votes.Workers + _newWorkers.Count;
            _newWorkers.Add(number, fresh);
        }

        return fresh;
    }

    private IEnumerable<(int Voter, int Label, double Weight)> Votes(int item)
    {
        for (int i = item < _votes.Items ? _votes.Start[item] : 0; item < _votes.Items && i < _votes.Start[item + 1]; i++)
        {
            yield return (_votes.Worker[i], _votes.Label[i], _votes.WeightAt(i));
        }

        if (_added.TryGetValue(item, out List<(int Voter, int Label)>? added))
        {
            foreach ((int voter, int label) in added)
            {
                yield return (voter, label, 1);
            }
        }
    }

    private double[] Columns(int item)
    {
        if (_columns.TryGetValue(item, out double[]? columns))
        {
            return columns;
        }

        // Nothing is known of a new item but how frequent its kind is.
        return item < _votes.Items ? _fit.Columns.AsSpan(item * _fit.Width, _fit.Width).ToArray() : Softmax(_fit.LogColumns, -1);
    }

    private double[] Chances(int item)
    {
        double[] logs = (double[])_fit.LogColumns.Clone();
        foreach ((int voter, int label, double weight) in Votes(item))
        {
            double[] known = State(voter).Logs;
            for (int column = 0; column < logs.Length; column++)
            {
                logs[column] += weight * known[(label * logs.Length) + column];
            }
        }

        return Softmax(logs, item < _truth.Length ? _truth[item] : -1);
    }

    private double[] Softmax(double[] logs, int truth)
    {
        var chances = new double[logs.Length];
        double greatest = double.NegativeInfinity;
        for (int column = 0; column < logs.Length; column++)
        {
            greatest = truth < 0 || column / _fit.Kinds == truth ? Math.Max(greatest, logs[column]) : greatest;
        }

        double total = 0;
        for (int column = 0; column < logs.Length; column++)
        {
            chances[column] = truth < 0 || column / _fit.Kinds == truth ? Math.Exp(logs[column] - greatest) : 0;
            total += chances[column];
        }

        for (int column = 0; column < chances.Length; column++)
        {
            chances[column] /= total;
        }

        return chances;
    }

    private void Move(int voter, int label, double weight, double[] change)
    {
        double[] counts = State(voter).Counts;
        for (int column = 0; column < change.Length; column++)
        {
            counts[(label * change.Length) + column] = Math.Max(0, counts[(label * change.Length) + column] + (weight * change[column]));
        }
    }

    private (double[] Counts, double[] Logs) State(int voter)
    {
        if (!_voters.TryGetValue(voter, out (double[] Counts, double[] Logs) state))
        {
            int size = _fit.Labels * _fit.Width;
            state = voter < _votes.Workers
                ? (_fit.Counts.AsSpan(voter * size, size).ToArray(), _fit.LogChances.AsSpan(voter * size, size).ToArray())
                : (new double[size], new double[size]);
            _voters.Add(voter, state);
            if (voter >= _votes.Workers)
            {
                TakeLogs(voter);
            }
        }

        return state;
    }

    private void TakeLogs(int voter)
    {
        (double[] counts, double[] logs) = State(voter);
        double honest = voter < _fit.Spam.Length ? 1 - _fit.Spam[voter] : 1;
        int width = _fit.Width;
        for (int column = 0; column < width; column++)
        {
            double votes = 0;
            for (int label = 0; label < _fit.Labels; label++)
            {
                votes += counts[(label * width) + column];
            }

            double total = GammaFunctions.Digamma(votes + _sums[column]);
            for (int label = 0; label < _fit.Labels; label++)
            {
                logs[(label * width) + column] = honest * (GammaFunctions.Digamma(counts[(label * width) + column] + _fit.Population[(column * _fit.Labels) + label]) - total);
            }
        }
    }
}
