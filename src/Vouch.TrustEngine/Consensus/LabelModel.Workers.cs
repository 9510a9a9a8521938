namespace Vouch.TrustEngine.Consensus;

/// <content>What is learnt about workers: their confusions, the population these come from, and who answers without looking.</content>
internal sealed partial class LabelModel
{
    /// <summary>Expected logs of every voter's chances. Returns the voters' part of the evidence.</summary>
    private double TakeLogs()
    {
        double evidence = 0;
        Span<double> sums = stackalloc double[_width <= 64 ? _width : 0];
        sums = _width <= 64 ? sums : new double[_width];
        for (int column = 0; column < _width; column++)
        {
            sums[column] = RowTotal(column);
        }

        for (int voter = 0; voter < _voters; voter++)
        {
            for (int column = 0; column < _width; column++)
            {
                double votes = 0;
                for (int label = 0; label < _labels; label++)
                {
                    votes += _counts[At(voter, label, column)];
                }

                double honest = 1 - _spam[voter];
                double total = GammaFunctions.Digamma(votes + sums[column]);
                for (int label = 0; label < _labels; label++)
                {
                    // A spammer's answer says nothing of the item: the same for every column, so 0 is as good as any.
                    double parameter = _counts[At(voter, label, column)] + _population[(column * _labels) + label];
                    _logChances[At(voter, label, column)] = honest * (GammaFunctions.Digamma(parameter) - total);
                }
            }

            if (!_gated)
            {
                evidence += HonestEvidence(voter, sums);
            }
        }

        return evidence;
    }

    /// <summary>Who answers without looking at the item, by Bayes' rule; and what such answers look like. Returns the voters' part of the evidence.</summary>
    private double FindSpammers()
    {
        Span<double> sums = stackalloc double[_width <= 64 ? _width : 0];
        sums = _width <= 64 ? sums : new double[_width];
        for (int column = 0; column < _width; column++)
        {
            sums[column] = RowTotal(column);
        }

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
            double honest = Math.Log(1 - _spamShare) + HonestEvidence(voter, sums);
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
    private double HonestEvidence(int voter, ReadOnlySpan<double> sums)
    {
        double evidence = 0;
        for (int column = 0; column < _width; column++)
        {
            double votes = 0;
            for (int label = 0; label < _labels; label++)
            {
                double count = _counts[At(voter, label, column)];
                votes += count;
                evidence += Rise(count, _population[(column * _labels) + label]);
            }

            evidence -= Rise(votes, sums[column]);
        }

        return evidence;
    }

    /// <summary>One step of Minka's fixed point for each row of the population, weighted by how surely a voter is no spammer.</summary>
    private void LearnPopulation()
    {
        Span<double> rises = stackalloc double[_labels <= 64 ? _labels : 0];
        rises = _labels <= 64 ? rises : new double[_labels];
        const double Least = 1e-9;
        double priorTotal = PriorRight + ((_labels - 1) * PriorWrong);
        for (int column = 0; column < _width; column++)
        {
            double sum = RowTotal(column);
            double digammaSum = GammaFunctions.Digamma(sum);
            double all = 0;
            rises.Clear();
            for (int voter = 0; voter < _voters; voter++)
            {
                double weight = 1 - _spam[voter];
                double votes = 0;
                for (int label = 0; label < _labels; label++)
                {
                    votes += _counts[At(voter, label, column)];
                }

                if (votes < Least || weight < Least)
                {
                    continue;
                }

                all += weight * (GammaFunctions.Digamma(votes + sum) - digammaSum);
                for (int label = 0; label < _labels; label++)
                {
                    double count = _counts[At(voter, label, column)];
                    if (count > Least)
                    {
                        double parameter = _population[(column * _labels) + label];
                        rises[label] += weight * (GammaFunctions.Digamma(count + parameter) - GammaFunctions.Digamma(parameter));
                    }
                }
            }

            for (int label = 0; label < _labels; label++)
            {
                ref double parameter = ref _population[(column * _labels) + label];
                double mean = (column / _kinds == label ? PriorRight : PriorWrong) / priorTotal;
                parameter = Math.Max(LeastParameter, ((rises[label] * parameter) + (HyperWeight * mean)) / (all + (HyperWeight / sum)));
            }
        }
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

    /// <summary>Expected logs of how frequent labels and kinds are. Returns the items' part of the evidence.</summary>
    private double TakeColumnLogs()
    {
        var sizes = new double[_width];
        double evidence = 0;
        for (int item = 0; item < _votes.Items; item++)
        {
            for (int g = 0; g < _width; g++)
            {
                double chance = _columns[(item * _width) + g];
                sizes[g] += chance;
                if (chance is > 1e-300 and < 1)
                {
                    evidence -= chance * Math.Log(chance);
                }
            }
        }

        double items = _votes.Items + _labels;
        double logItems = GammaFunctions.Digamma(items);
        evidence -= Rise(_votes.Items, _labels);
        for (int label = 0; label < _labels; label++)
        {
            double size = 0;
            for (int g = label * _kinds; g < (label + 1) * _kinds; g++)
            {
                size += sizes[g];
            }

            evidence += Rise(size, 1) - (_kinds == 1 ? 0 : Rise(size, _kinds * KindConcentration));
            double logLabel = GammaFunctions.Digamma(size + 1) - logItems;
            double logKinds = GammaFunctions.Digamma(size + (_kinds * KindConcentration));
            for (int g = label * _kinds; g < (label + 1) * _kinds; g++)
            {
                evidence += _kinds == 1 ? 0 : Rise(sizes[g], KindConcentration);
                _logColumns[g] = logLabel + (_kinds == 1 ? 0 : GammaFunctions.Digamma(sizes[g] + KindConcentration) - logKinds);
            }
        }

        return evidence;
    }

    /// <summary>ln Γ(count + parameter) − ln Γ(parameter).</summary>
    private static double Rise(double count, double parameter) => count < 1e-12 ? 0 : GammaFunctions.Log(count + parameter) - GammaFunctions.Log(parameter);

    private int At(int voter, int label, int column) => (((voter * _labels) + label) * _width) + column;

    private double RowTotal(int column)
    {
        double sum = 0;
        for (int label = 0; label < _labels; label++)
        {
            sum += _population[(column * _labels) + label];
        }

        return sum;
    }
}
