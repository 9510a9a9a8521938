namespace Vouch.AnomalyDetection.Outliers;

/// <summary>What an <see cref="OutlierEnsemble"/> learnt from a table and says of its rows.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class OutlierReport : IOutlierModel
{
    private readonly FeatureMatrix _data;
    private readonly IOutlierModel[] _models;
    private readonly TailShares[] _tails;
    private readonly double[] _weights;
    private readonly bool[][] _votes;
    private readonly double[] _training;
    private readonly double _line;
    private readonly OutlierVerdict[] _verdicts;

    internal OutlierReport(FeatureMatrix data, IReadOnlyList<IOutlierDetector> members, bool byAgreement, VotingRule rule, double falseDiscoveryRate)
    {
        _data = data;
        _models = [.. members.Select(member => member.Fit(data))];
        _tails = [.. _models.Select(static model => new TailShares(model.TrainingScores.Span))];
        double[][] surprises = [.. _models.Select((model, i) => Map(model.TrainingScores.Span, _tails[i].Surprise))];
        double[] agreements = [.. surprises.Select(surprise => Correlation(surprises[0], surprise))];
        _weights = Weights(agreements, byAgreement);
        _training = WeightedMean(surprises);
        double[][] deviations = [.. _models.Select((model, i) => Map(model.TrainingScores.Span, _tails[i].Deviation))];
        _votes = [.. deviations.Select(deviation => Discoveries(Map(deviation, TailShares.Tail), falseDiscoveryRate))];
        double[] pValues = Map(WeightedMean(deviations), TailShares.Tail);
        int found = Discoveries(pValues, falseDiscoveryRate).Count(static is_ => is_);
        _line = Line(found);
        _verdicts = new OutlierVerdict[data.Rows];
        for (int row = 0; row < _verdicts.Length; row++)
        {
            double score = Calibrated(_training[row]);
            int votes = _votes.Count(member => member[row]);
            bool outlier = rule switch
            {
                VotingRule.Majority => 2 * votes > members.Count,
                VotingRule.Weighted => _votes.Select((member, i) => member[row] ? _weights[i] : 0).Sum() > 0.5,
                VotingRule.Consensus => votes == members.Count,
                _ => score > 0.5,
            };
            _verdicts[row] = new OutlierVerdict(row, score, pValues[row], outlier, votes);
        }

        Members = [.. members.Select((member, i) => new EnsembleMember(member.Name, _weights[i], agreements[i], _votes[i].Count(static is_ => is_)))];
    }

    /// <inheritdoc/>
    public int Columns => _data.Columns;

    /// <summary>Gets the combined scores of the table's rows: the weighted mean of the members' negative logarithmic tail shares; at least 0, larger is more unusual.</summary>
    public ReadOnlyMemory<double> TrainingScores => _training;

    /// <summary>Gets the members with the weight they carry on this table.</summary>
    public IReadOnlyList<EnsembleMember> Members { get; }

    /// <summary>Gets the verdicts on the table's rows, in their order.</summary>
    public IReadOnlyList<OutlierVerdict> Verdicts => _verdicts;

    /// <summary>The rows called outliers, the most unusual first; equal ones in the table's order.</summary>
    public IReadOnlyList<OutlierVerdict> Outliers() =>
        [.. _verdicts.Where(static verdict => verdict.IsOutlier).OrderByDescending(static verdict => verdict.Score).ThenBy(static verdict => verdict.Row)];

    /// <inheritdoc/>
    public double Score(ReadOnlySpan<double> row)
    {
        double sum = 0;
        for (int i = 0; i < _models.Length; i++)
        {
            sum += _weights[i] * _tails[i].Surprise(_models[i].Score(row));
        }

        return sum;
    }

    /// <summary>Turns a combined score into the scale of <see cref="OutlierVerdict.Score"/>: in [0, 1), 0.5 at the line.</summary>
    /// <param name="score">A score of <see cref="Score"/> or <see cref="TrainingScores"/>.</param>
    public double Calibrated(double score) => score > 0 ? score / (score + _line) : 0;

    /// <inheritdoc/>
    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        Shares.RequireLength(contributions, Columns);
        contributions.Clear();
        double[] part = new double[Columns];
        for (int i = 0; i < _models.Length; i++)
        {
            double weight = _weights[i] * _tails[i].Surprise(_models[i].Score(row));
            _models[i].Contributions(row, part);
            for (int column = 0; column < part.Length; column++)
            {
                contributions[column] += weight * part[column];
            }
        }

        Shares.Normalise(contributions);
    }

    /// <summary>Says why a row of the table was judged as it was.</summary>
    /// <param name="row">A row in [0, rows).</param>
    /// <exception cref="ArgumentOutOfRangeException">The row does not exist.</exception>
    public OutlierExplanation Explain(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _verdicts.Length);
        double[] shares = new double[Columns];
        Contributions(_data.Row(row), shares);
        return new OutlierExplanation(
            _verdicts[row],
            [.. _data.Names.Zip(shares).Where(static pair => pair.Second > 0).OrderByDescending(static pair => pair.Second)],
            [.. Members.Where((_, i) => _votes[i][row]).Select(static member => member.Name)]);
    }

    private static double[] Map(ReadOnlySpan<double> values, Func<double, double> map)
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = map(values[i]);
        }

        return result;
    }

    private static double[] Weights(double[] agreements, bool byAgreement)
    {
        double[] weights = new double[agreements.Length];
        weights[0] = 1;
        for (int i = 1; i < weights.Length; i++)
        {
            weights[i] = byAgreement ? Math.Max(0, agreements[i]) / (weights.Length - 1) : 1;
        }

        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static double Correlation(double[] left, double[] right)
    {
        double meanLeft = left.Average();
        double meanRight = right.Average();
        double product = 0, squaresLeft = 0, squaresRight = 0;
        for (int i = 0; i < left.Length; i++)
        {
            product += (left[i] - meanLeft) * (right[i] - meanRight);
            squaresLeft += (left[i] - meanLeft) * (left[i] - meanLeft);
            squaresRight += (right[i] - meanRight) * (right[i] - meanRight);
        }

        double scale = Math.Sqrt(squaresLeft * squaresRight);
        return scale > 0 ? Math.Clamp(product / scale, -1, 1) : 0;
    }

    /// <summary>Benjamini and Hochberg's step-up: the largest set of smallest p-values whose expected share of false ones stays within the rate.</summary>
    private static bool[] Discoveries(double[] pValues, double rate)
    {
        double[] sorted = [.. pValues];
        sorted.AsSpan().Sort();
        double limit = -1;
        for (int i = 0; i < sorted.Length; i++)
        {
            limit = sorted[i] <= rate * (i + 1) / sorted.Length ? sorted[i] : limit;
        }

        return [.. pValues.Select(p => p <= limit)];
    }

    private double[] WeightedMean(double[][] parts)
    {
        double[] mean = new double[parts[0].Length];
        for (int i = 0; i < parts.Length; i++)
        {
            for (int row = 0; row < mean.Length; row++)
            {
                mean[row] += _weights[i] * parts[i][row];
            }
        }

        return mean;
    }

    /// <summary>The score that parts as many rows as were found from the rest: halfway between the last found and the next.</summary>
    private double Line(int found)
    {
        double[] sorted = [.. _training];
        sorted.AsSpan().Sort();
        double inside = found < sorted.Length ? sorted[^(found + 1)] : 0;
        double outside = found > 0 ? sorted[^found] : (2 * inside) + 1;
        return (0.5 * inside) + (0.5 * outside);
    }
}
