namespace Vouch.TrustEngine.Consensus;

/// <summary>
/// answer = value + bias of the worker + its deviation × noise, fitted in turns. Biases are drawn towards 0 and variances towards the common one as far as the workers differ (empirical Bayes), and each residual is
/// counted for the share that its own weight has not taken from it, so that nobody's variance shrinks because the value follows it.
/// </summary>
internal sealed class NumberModel
{
    private const int Iterations = 30;
    private const double PriorAnswers = 3;
    private const double LeastShare = 1e-3;
    private const double Farthest = 1e75;

    private readonly NumberVotes _votes;
    private readonly double[] _truth;
    private readonly double[] _deviation;
    private readonly bool[] _kept;

    public NumberModel(NumberVotes votes, double[] truth, double distance)
    {
        _votes = votes;
        _truth = truth;
        Medians = new double[votes.Items];
        Offsets = new double[votes.Items];
        Precisions = new double[votes.Items];
        Rejected = new int[votes.Items];
        Biases = new double[votes.Voters];
        Variances = new double[votes.Voters];
        _deviation = new double[votes.Value.Length];
        _kept = new bool[votes.Value.Length];
        Begin(distance);
        Fit();
    }

    public double[] Medians { get; }

    /// <summary>Each item's value less its median, in <see cref="Unit"/>s.</summary>
    public double[] Offsets { get; }

    public double[] Precisions { get; }

    public int[] Rejected { get; }

    public double[] Biases { get; }

    public double[] Variances { get; }

    public double CommonVariance { get; private set; }

    /// <summary>What everything is measured in: the typical deviation from a median.</summary>
    public double Unit { get; private set; } = 1;

    private void Begin(double distance)
    {
        var sizes = new List<double>();
        for (int item = 0; item < _votes.Items; item++)
        {
            int from = _votes.Start[item];
            int to = _votes.Start[item + 1];
            Medians[item] = to > from ? _votes.Value[from + ((to - from - 1) / 2)] : double.IsNaN(_truth[item]) ? double.NaN : _truth[item];
            for (int i = from; i < to; i++)
            {
                double deviation = _votes.Value[i] - Medians[item];
                _kept[i] = Math.Abs(deviation) <= distance;
                Rejected[item] += _kept[i] ? 0 : 1;
                if (_kept[i] && deviation != 0)
                {
                    sizes.Add(Math.Min(Math.Abs(deviation), double.MaxValue));
                }
            }
        }

        if (sizes.Count > 0)
        {
            sizes.Sort();
            Unit = sizes[sizes.Count / 2];
        }

        double squares = 0;
        int count = 0;
        for (int item = 0; item < _votes.Items; item++)
        {
            double sum = 0;
            int kept = 0;
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                _deviation[i] = Math.Clamp((_votes.Value[i] - Medians[item]) / Unit, -Farthest, Farthest);
                sum += _kept[i] ? _deviation[i] : 0;
                kept += _kept[i] ? 1 : 0;
            }

            Offsets[item] = Known(item) ? Math.Clamp((_truth[item] - Medians[item]) / Unit, -Farthest, Farthest) : kept > 0 ? sum / kept : 0;
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                double residual = _deviation[i] - Offsets[item];
                squares += _kept[i] ? residual * residual : 0;
                count += _kept[i] ? 1 : 0;
            }
        }

        CommonVariance = Math.Max(1e-300, squares / Math.Max(1, count));
        Array.Fill(Variances, CommonVariance);
    }

    private void Fit()
    {
        double spread = 0.1 * CommonVariance;
        var answers = new double[_votes.Voters];
        var sums = new double[_votes.Voters];
        var free = new double[_votes.Voters];
        var squares = new double[_votes.Voters];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            TakePrecisions();
            Array.Clear(answers);
            Array.Clear(sums);
            Array.Clear(free);
            Array.Clear(squares);
            ForEachResidual((voter, residual, share) =>
            {
                answers[voter]++;
                sums[voter] += residual;
                free[voter] += share;
            });
            spread = TakeBiases(answers, sums, spread);
            ForEachResidual((voter, residual, _) => squares[voter] += (residual - Biases[voter]) * (residual - Biases[voter]));
            CommonVariance = Math.Max(1e-300, squares.Sum() / Math.Max(1e-9, free.Sum()));
            for (int voter = 0; voter < _votes.Voters; voter++)
            {
                Variances[voter] = Math.Max((squares[voter] + (PriorAnswers * CommonVariance)) / (free[voter] + PriorAnswers), LeastShare * CommonVariance);
            }

            TakeOffsets();
        }

        TakePrecisions();
    }

    private void ForEachResidual(Action<int, double, double> use)
    {
        const double AllItsOwn = 0.999;
        for (int item = 0; item < _votes.Items; item++)
        {
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                int voter = _votes.Voter[i];
                double taken = Known(item) ? 0 : 1 / Variances[voter] / Precisions[item];
                if (_kept[i] && taken <= AllItsOwn)
                {
                    use(voter, _deviation[i] - Offsets[item], 1 - taken);
                }
            }
        }
    }

    /// <summary>Draws each bias towards 0; returns by how much biases vary.</summary>
    private double TakeBiases(double[] answers, double[] sums, double spread)
    {
        double squares = 0;
        int seen = 0;
        for (int voter = 0; voter < answers.Length; voter++)
        {
            Biases[voter] = 0;
            if (answers[voter] > 0)
            {
                double noise = Variances[voter] / answers[voter];
                Biases[voter] = sums[voter] / answers[voter] * (spread / (spread + noise));
                squares += (Biases[voter] * Biases[voter]) + (spread * noise / (spread + noise));
                seen++;
            }
        }

        return seen == 0 ? spread : Math.Max(squares / seen, 1e-12 * CommonVariance);
    }

    private void TakePrecisions()
    {
        Array.Clear(Precisions);
        for (int item = 0; item < _votes.Items; item++)
        {
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                Precisions[item] += _kept[i] ? 1 / Variances[_votes.Voter[i]] : 0;
            }
        }
    }

    private void TakeOffsets()
    {
        for (int item = 0; item < _votes.Items; item++)
        {
            double sum = 0;
            double weights = 0;
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                double weight = _kept[i] ? 1 / Variances[_votes.Voter[i]] : 0;
                sum += weight * (_deviation[i] - Biases[_votes.Voter[i]]);
                weights += weight;
            }

            if (!Known(item) && weights > 0)
            {
                Offsets[item] = sum / weights;
            }
        }
    }

    private bool Known(int item) => !double.IsNaN(_truth[item]);
}
