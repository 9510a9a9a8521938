using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Consensus;

/// <summary>
/// Confusion matrices of workers and true labels of items, fitted together by variational Bayes: Dawid and Skene's model with (1) rows drawn from a population that is itself learnt, so that
/// workers with few answers are taken for average ones; (2) for two labels, three kinds of items per true label with confusions of their own, as in Li, Rubinstein and Cohn (EBCC, ICML 2019),
/// so that workers who err on the same items are not taken for independent witnesses; (3) once that has settled, a share of spammers whose answers do not depend on the item, who are kept
/// out of the population. It stops when the labels' chances have settled to 0.2 % on average: going on fits the answers, not the truth.
/// </summary>
internal sealed partial class LabelModel
{
    private const int MaxIterations = 60;
    private const int MaxContinued = 3;
    private const int LeastIterations = 5;
    private const int LeastGatedIterations = 6;

    // The prior: a worker answers right four times as often as with any one other label, worth one worker's evidence.
    private const double PriorRight = 4;
    private const double PriorWrong = 1;
    private const double HyperWeight = 1;
    private const double LeastParameter = 1e-3;
    private const double KindConcentration = 0.1;
    private const double Least = 1e-9;

    private readonly LabelTable _votes;
    private readonly int[] _truth;
    private readonly int _labels;
    private readonly int _kinds;
    private readonly int _width;
    private readonly int _voters;
    private readonly double[] _columns;
    private readonly double[] _counts;
    private readonly double[] _logChances;
    private readonly double[] _population;
    private readonly double[] _logColumns;
    private readonly double[] _spam;
    private readonly double[] _spamPrior;
    private readonly double[] _given;
    private readonly double[] _votesOf;
    private readonly double[] _sizes;
    private readonly double[] _sums;
    private readonly double[] _sumDigammas;
    private readonly double[] _sumLogGammas;
    private readonly double[] _digammas;
    private readonly double[] _logGammas;
    private double _spamShare = 0.05;
    private bool _gated;

    private LabelModel(LabelTable votes, int[] truth)
    {
        _votes = votes;
        _truth = truth;
        _labels = votes.Labels;
        _kinds = KindsFor(votes.Labels);
        _width = _labels * _kinds;
        _voters = votes.Workers;
        _columns = new double[(long)votes.Items * _width];
        _counts = new double[(long)_voters * _labels * _width];
        _logChances = new double[_counts.Length];
        _population = new double[_width * _labels];
        _logColumns = new double[_width];
        _spam = new double[_voters];
        _spamPrior = new double[_labels];
        Array.Fill(_spamPrior, 1);
        _given = new double[_voters * _labels];
        _votesOf = new double[_voters * _width];
        _sizes = new double[_width];
        _sums = new double[_width];
        _sumDigammas = new double[_width];
        _sumLogGammas = new double[_width];
        _digammas = new double[_width * _labels];
        _logGammas = new double[_width * _labels];
    }

    /// <summary>Three kinds where there are two labels. With more labels a confusion matrix has room for what kinds are for, and there is too little data per cell for both.</summary>
    public static int KindsFor(int labels) => labels == 2 ? 3 : 1;

    /// <summary>Fits the model.</summary>
    /// <param name="votes">The votes.</param>
    /// <param name="truth">The verified label of each item, or -1.</param>
    /// <param name="tolerance">The mean change of the labels' chances at which it has settled.</param>
    /// <param name="start">A fit of some of the items by the same workers to start from, or null.</param>
    /// <param name="rounds">How many rounds it may take, a third of them with spammers set apart.</param>
    public static LabelFit Fit(LabelTable votes, int[] truth, double tolerance, LabelFit? start = null, int rounds = MaxIterations)
    {
        var model = new LabelModel(votes, truth);
        if (start is null)
        {
            model.Begin();
        }
        else
        {
            model.Continue(start);
        }

        int iteration = 0;
        int gatedIterations = 0;
        double workers = double.NaN;
        int limit = start is null ? rounds : MaxContinued;
        while (iteration < limit)
        {
            model.Count();
            model.TakeVotes();
            workers = model._gated ? model.FindSpammers() : double.NaN;
            if (iteration > 0)
            {
                model.LearnPopulation();
            }

            model.TakeLogs();
            model.TakeColumnLogs();
            double change = model.Assign();
            iteration++;
            gatedIterations += model._gated ? 1 : 0;
            bool seen = start is not null || (iteration >= LeastIterations && (!model._gated || gatedIterations >= LeastGatedIterations));
            if (seen && (change < tolerance || (!model._gated && iteration >= limit * 2 / 3)))
            {
                if (model._gated)
                {
                    break;
                }

                model._gated = true;
            }
        }

        return new LabelFit
        {
            Labels = model._labels,
            Kinds = model._kinds,
            Columns = model._columns,
            Counts = model._counts,
            Population = model._population,
            LogChances = model._logChances,
            LogColumns = model._logColumns,
            Spam = model._spam,
            SpamPrior = model._spamPrior,
            SpamShare = model._spamShare,
            Evidence = workers + model.ItemEvidence(),
            Iterations = iteration,
        };
    }

    /// <summary>Starts from the shares of the votes; kinds of items from how clear the vote is.</summary>
    private void Begin()
    {
        double[] shares = _votes.Shares();
        for (int item = 0; item < _votes.Items; item++)
        {
            for (int label = 0; label < _labels; label++)
            {
                double share = _truth[item] < 0 ? shares[(item * _labels) + label] : _truth[item] == label ? 1 : 0;
                int at = (item * _width) + (label * _kinds);
                double place = shares[(item * _labels) + label] * (_kinds - 1);
                double total = 0;
                for (int kind = 0; kind < _kinds; kind++)
                {
                    _columns[at + kind] = Math.Max(0, 1 - Math.Abs(place - kind)) + 0.02;
                    total += _columns[at + kind];
                }

                for (int kind = 0; kind < _kinds; kind++)
                {
                    _columns[at + kind] *= share / total;
                }
            }
        }

        for (int column = 0; column < _width; column++)
        {
            for (int label = 0; label < _labels; label++)
            {
                _population[(column * _labels) + label] = column / _kinds == label ? PriorRight : PriorWrong;
            }
        }

        CountGiven();
        TakePopulation();
    }

    /// <summary>Starts from what another fit knows of the same workers.</summary>
    private void Continue(LabelFit start)
    {
        start.Population.CopyTo(_population, 0);
        start.LogChances.CopyTo(_logChances, 0);
        start.LogColumns.CopyTo(_logColumns, 0);
        start.Spam.CopyTo(_spam, 0);
        start.SpamPrior.CopyTo(_spamPrior, 0);
        _spamShare = start.SpamShare;
        _gated = true;
        CountGiven();
        TakePopulation();
        Assign();
    }

    private void CountGiven()
    {
        for (int i = 0; i < _votes.Count; i++)
        {
            _given[(_votes.Worker[i] * _labels) + _votes.Label[i]] += _votes.WeightAt(i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count()
    {
        Array.Clear(_counts);
        int width = _width;
        int[] workers = _votes.Worker;
        byte[] labels = _votes.Label;
        float[]? weights = _votes.Weight;
        for (int item = 0; item < _votes.Items; item++)
        {
            ReadOnlySpan<double> column = _columns.AsSpan(item * width, width);
            for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
            {
                Span<double> count = _counts.AsSpan(((workers[i] * _labels) + labels[i]) * width, width);
                if (weights is null)
                {
                    for (int g = 0; g < column.Length && g < count.Length; g++)
                    {
                        count[g] += column[g];
                    }
                }
                else
                {
                    double weight = weights[i];
                    for (int g = 0; g < column.Length && g < count.Length; g++)
                    {
                        count[g] += weight * column[g];
                    }
                }
            }
        }
    }

    /// <summary>Gives every item its columns' chances. Returns the mean change of the labels' chances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Assign()
    {
        double change = 0;
        int width = _width;
        Span<double> logs = stackalloc double[width <= 64 ? width : 0];
        logs = width <= 64 ? logs : new double[width];
        for (int item = 0; item < _votes.Items; item++)
        {
            LogChances(_votes, item, _logChances, _logColumns, logs);
            int truth = _truth[item];
            double greatest = double.NegativeInfinity;
            for (int g = 0; g < logs.Length; g++)
            {
                if (truth < 0 || g / _kinds == truth)
                {
                    greatest = Math.Max(greatest, logs[g]);
                }
            }

            double total = 0;
            for (int g = 0; g < logs.Length; g++)
            {
                logs[g] = truth < 0 || g / _kinds == truth ? Math.Exp(logs[g] - greatest) : 0;
                total += logs[g];
            }

            Span<double> column = _columns.AsSpan(item * width, width);
            for (int g = 0; g < column.Length; g += _kinds)
            {
                double before = 0;
                double after = 0;
                for (int kind = g; kind < g + _kinds; kind++)
                {
                    before += column[kind];
                    column[kind] = logs[kind] / total;
                    after += column[kind];
                }

                change += Math.Abs(after - before);
            }
        }

        return change / Math.Max(1, _votes.Items);
    }

    /// <summary>The log chance of each column of an item, up to a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogChances(LabelTable votes, int item, double[] logChances, double[] logColumns, Span<double> logs)
    {
        logColumns.AsSpan(0, logs.Length).CopyTo(logs);
        for (int i = votes.Start[item]; i < votes.Start[item + 1]; i++)
        {
            ReadOnlySpan<double> chance = logChances.AsSpan(((votes.Worker[i] * votes.Labels) + votes.Label[i]) * logs.Length, logs.Length);
            if (votes.Weight is null)
            {
                for (int g = 0; g < logs.Length && g < chance.Length; g++)
                {
                    logs[g] += chance[g];
                }
            }
            else
            {
                double weight = votes.Weight[i];
                for (int g = 0; g < logs.Length && g < chance.Length; g++)
                {
                    logs[g] += weight * chance[g];
                }
            }
        }
    }
}
