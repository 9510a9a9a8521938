using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Consensus;

/// <content>What is learnt about workers: their confusions, the population these come from, and who answers without looking.</content>
internal sealed partial class LabelModel
{
    /// <summary>What the population's parameters come to in the formulas below, once for all voters.</summary>
    private void TakePopulation()
    {
        for (int column = 0; column < _width; column++)
        {
            double sum = 0;
            for (int label = 0; label < _labels; label++)
            {
                double parameter = _population[(column * _labels) + label];
                sum += parameter;
                _digammas[(label * _width) + column] = GammaFunctions.Digamma(parameter);
                _logGammas[(label * _width) + column] = GammaFunctions.Log(parameter);
            }

            _sums[column] = sum;
            _sumDigammas[column] = GammaFunctions.Digamma(sum);
            _sumLogGammas[column] = GammaFunctions.Log(sum);
        }
    }

    /// <summary>Each voter's expected votes per column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeVotes()
    {
        Array.Clear(_votesOf);
        for (int voter = 0; voter < _voters; voter++)
        {
            Span<double> votes = _votesOf.AsSpan(voter * _width, _width);
            for (int label = 0; label < _labels; label++)
            {
                ReadOnlySpan<double> counts = _counts.AsSpan(At(voter, label, 0), _width);
                for (int column = 0; column < votes.Length && column < counts.Length; column++)
                {
                    votes[column] += counts[column];
                }
            }
        }
    }

    /// <summary>Expected logs of every voter's chances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeLogs()
    {
        var totals = new double[_width];
        for (int voter = 0; voter < _voters; voter++)
        {
            double honest = 1 - _spam[voter];
            for (int column = 0; column < _width; column++)
            {
                double votes = _votesOf[(voter * _width) + column];
                totals[column] = votes < Least ? _sumDigammas[column] : GammaFunctions.Digamma(votes + _sums[column]);
            }

            for (int label = 0; label < _labels; label++)
            {
                for (int column = 0; column < _width; column++)
                {
                    // A spammer's answer says nothing of the item: the same for every column, so 0 is as good as any.
                    double count = _counts[At(voter, label, column)];
                    double digamma = count < Least ? _digammas[(label * _width) + column] : GammaFunctions.Digamma(count + _population[(column * _labels) + label]);
                    _logChances[At(voter, label, column)] = honest * (digamma - totals[column]);
                }
            }
        }
    }

    /// <summary>Who answers without looking at the item, by Bayes' rule; and what such answers look like. Returns the voters' part of the evidence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double FindSpammers()
    {
        double evidence = 0;
        double spammers = 0;
        double prior = _spamPrior.Sum();
        for (int voter = 0; voter < _voters; voter++)
        {
            double votes = 0;
            double spam = 0;
            for (int label = 0; label < _labels; label++)
            {
                double given = _given[(voter * _labels) + label];
                votes += given;
                spam += Rise(given, _spamPrior[label]);
            }

            spam += Math.Log(_spamShare) - Rise(votes, prior);
            double honest = Math.Log(1 - _spamShare) + HonestEvidence(voter);
            double greater = Math.Max(spam, honest);
            double both = greater + Math.Log(Math.Exp(spam - greater) + Math.Exp(honest - greater));
            _spam[voter] = Math.Exp(spam - both);
            evidence += both;
            spammers += _spam[voter];
        }

        _spamShare = (spammers + 1) / (_voters + 20.0);
        for (int step = 0; step < 3; step++)
        {
            LearnSpam();
        }

        return evidence;
    }

    /// <summary>The log chance of a voter's expected votes under the population, its own rows integrated out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double HonestEvidence(int voter)
    {
        double evidence = 0;
        for (int column = 0; column < _width; column++)
        {
            double votes = _votesOf[(voter * _width) + column];
            evidence -= votes < Least ? 0 : GammaFunctions.Log(votes + _sums[column]) - _sumLogGammas[column];
        }

        for (int label = 0; label < _labels; label++)
        {
            for (int column = 0; column < _width; column++)
            {
                double count = _counts[At(voter, label, column)];
                evidence += count < Least ? 0 : GammaFunctions.Log(count + _population[(column * _labels) + label]) - _logGammas[(label * _width) + column];
            }
        }

        return evidence;
    }

    /// <summary>One step of Minka's fixed point for each row of the population, weighted by how surely a voter is no spammer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LearnPopulation()
    {
        var rises = new double[_labels * _width];
        var all = new double[_width];
        for (int voter = 0; voter < _voters; voter++)
        {
            double weight = 1 - _spam[voter];
            if (weight < Least)
            {
                continue;
            }

            for (int column = 0; column < _width; column++)
            {
                double votes = _votesOf[(voter * _width) + column];
                all[column] += votes < Least ? 0 : weight * (GammaFunctions.Digamma(votes + _sums[column]) - _sumDigammas[column]);
            }

            for (int label = 0; label < _labels; label++)
            {
                for (int column = 0; column < _width; column++)
                {
                    double count = _counts[At(voter, label, column)];
                    int cell = (label * _width) + column;
                    rises[cell] += count < Least ? 0 : weight * (GammaFunctions.Digamma(count + _population[(column * _labels) + label]) - _digammas[cell]);
                }
            }
        }

        double priorTotal = PriorRight + ((_labels - 1) * PriorWrong);
        for (int column = 0; column < _width; column++)
        {
            for (int label = 0; label < _labels; label++)
            {
                ref double parameter = ref _population[(column * _labels) + label];
                double mean = (column / _kinds == label ? PriorRight : PriorWrong) / priorTotal;
                parameter = Math.Max(LeastParameter, ((rises[(label * _width) + column] * parameter) + (HyperWeight * mean)) / (all[column] + (HyperWeight / _sums[column])));
            }
        }

        TakePopulation();
    }

    private void LearnSpam()
    {
        double sum = _spamPrior.Sum();
        double all = 0;
        var rises = new double[_labels];
        for (int voter = 0; voter < _voters; voter++)
        {
            double votes = 0;
            for (int label = 0; label < _labels; label++)
            {
                double given = _given[(voter * _labels) + label];
                votes += given;
                if (given > 0)
                {
                    rises[label] += _spam[voter] * (GammaFunctions.Digamma(given + _spamPrior[label]) - GammaFunctions.Digamma(_spamPrior[label]));
                }
            }

            all += _spam[voter] * (GammaFunctions.Digamma(votes + sum) - GammaFunctions.Digamma(sum));
        }

        for (int label = 0; label < _labels; label++)
        {
            _spamPrior[label] = Math.Max(LeastParameter, ((rises[label] * _spamPrior[label]) + (HyperWeight / _labels)) / (all + (HyperWeight / sum)));
        }
    }

    /// <summary>Expected logs of how frequent labels and kinds are.</summary>
    private void TakeColumnLogs()
    {
        Array.Clear(_sizes);
        for (int item = 0; item < _votes.Items; item++)
        {
            ReadOnlySpan<double> columns = _columns.AsSpan(item * _width, _width);
            for (int g = 0; g < columns.Length; g++)
            {
                _sizes[g] += columns[g];
            }
        }

        double logItems = GammaFunctions.Digamma(_votes.Items + _labels);
        for (int label = 0; label < _labels; label++)
        {
            double size = LabelSize(label);
            double logLabel = GammaFunctions.Digamma(size + 1) - logItems;
            double logKinds = GammaFunctions.Digamma(size + (_kinds * KindConcentration));
            for (int g = label * _kinds; g < (label + 1) * _kinds; g++)
            {
                _logColumns[g] = logLabel + (_kinds == 1 ? 0 : GammaFunctions.Digamma(_sizes[g] + KindConcentration) - logKinds);
            }
        }
    }

    /// <summary>The items' part of the evidence.</summary>
    private double ItemEvidence()
    {
        double evidence = -Rise(_votes.Items, _labels);
        foreach (double chance in _columns)
        {
            evidence -= chance is > 1e-300 and < 1 ? chance * Math.Log(chance) : 0;
        }

        for (int label = 0; label < _labels; label++)
        {
            double size = LabelSize(label);
            evidence += Rise(size, 1) - (_kinds == 1 ? 0 : Rise(size, _kinds * KindConcentration));
            for (int g = label * _kinds; g < (label + 1) * _kinds && _kinds > 1; g++)
            {
                evidence += Rise(_sizes[g], KindConcentration);
            }
        }

        return evidence;
    }

    private double LabelSize(int label)
    {
        double size = 0;
        for (int g = label * _kinds; g < (label + 1) * _kinds; g++)
        {
            size += _sizes[g];
        }

        return size;
    }

    /// <summary>ln Γ(count + parameter) − ln Γ(parameter).</summary>
    private static double Rise(double count, double parameter) => count < 1e-12 ? 0 : GammaFunctions.Log(count + parameter) - GammaFunctions.Log(parameter);

    private int At(int voter, int label, int column) => (((voter * _labels) + label) * _width) + column;
}
