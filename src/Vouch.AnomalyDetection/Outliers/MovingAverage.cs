namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Moving average: how far a row lies from the mean of the rows before it, for tables whose rows are in order of time.</summary>
/// <remarks>
/// The differences to the trailing mean are scaled like <see cref="RobustDeviation"/>. The first row has nothing before it and scores as unremarkable. A later row is held against
/// the last rows of the table. Costs O(d n log n).
/// </remarks>
public sealed class MovingAverage : IOutlierDetector
{
    /// <summary>Gets how many earlier rows are averaged.</summary>
    /// <value>A number of at least 1. The default is 24.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int Window
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 24;

    /// <inheritdoc/>
    public string Name => "moving average";

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data)
    {
        PreparedColumns columns = PreparedColumns.From(data, FeatureScaling.None);
        double[] differences = new double[columns.Values.Length];
        double[] mean = new double[columns.Columns];
        for (int row = 1; row < columns.Rows; row++)
        {
            Trailing(columns, row, mean);
            for (int column = 0; column < mean.Length; column++)
            {
                differences[(row * mean.Length) + column] = columns.Row(row)[column] - mean[column];
            }
        }

        Trailing(columns, columns.Rows, mean);
        IOutlierModel model = new RobustDeviation().Fit(new FeatureMatrix(differences, columns.Columns, data.Names));
        return new AfterMean(columns, mean, model);
    }

    /// <summary>The mean of the rows before one; summed anew each time, so that rounding does not gather.</summary>
    private void Trailing(PreparedColumns columns, int before, double[] mean)
    {
        int from = Math.Max(0, before - Window);
        Array.Clear(mean);
        for (int row = from; row < before; row++)
        {
            ReadOnlySpan<double> values = columns.Row(row);
            for (int column = 0; column < mean.Length; column++)
            {
                mean[column] += values[column] / (before - from);
            }
        }
    }

    private sealed class AfterMean(PreparedColumns columns, double[] mean, IOutlierModel differences) : IOutlierModel
    {
        public int Columns => columns.Columns;

        public ReadOnlyMemory<double> TrainingScores => differences.TrainingScores;

        public double Score(ReadOnlySpan<double> row) => differences.Score(Difference(row));

        public void Contributions(ReadOnlySpan<double> row, Span<double> contributions) => differences.Contributions(Difference(row), contributions);

        private double[] Difference(ReadOnlySpan<double> row)
        {
            double[] prepared = new double[Columns];
            columns.Apply(row, prepared);
            for (int column = 0; column < prepared.Length; column++)
            {
                prepared[column] -= mean[column];
            }

            return prepared;
        }
    }
}
