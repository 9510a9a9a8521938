namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Centre and covariance of the central rows.</summary>
internal sealed class MahalanobisModel : IOutlierModel
{
    private readonly PreparedColumns _columns;
    private readonly ShrunkenCovariance _covariance;
    private readonly double[] _training;

    public MahalanobisModel(PreparedColumns columns, double centralShare)
    {
        _columns = columns;
        int rows = columns.Rows;
        int[] order = [.. Enumerable.Range(0, rows)];
        _training = new double[rows];
        _covariance = ShrunkenCovariance.Of(columns.Values, Columns, order);
        Measure();
        int central = Math.Max(1, (int)Math.Ceiling(centralShare * rows));
        double[] keys = new double[rows];
        int[] chosen = order;
        for (int step = 0; step < MahalanobisDistance.MaxSteps && central < rows; step++)
        {
            _training.CopyTo(keys, 0);
            int[] ranked = [.. Enumerable.Range(0, rows)];
            keys.AsSpan().Sort(ranked.AsSpan());
            int[] next = ranked[..central];
            next.AsSpan().Sort();
            if (next.AsSpan().SequenceEqual(chosen))
            {
                break;
            }

            chosen = next;
            _covariance = ShrunkenCovariance.Of(columns.Values, Columns, chosen);
            Measure();
        }
    }

    public int Columns => _columns.Columns;

    public ReadOnlyMemory<double> TrainingScores => _training;

    public double Score(ReadOnlySpan<double> row)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        return Math.Sqrt(_covariance.Squared(prepared, new double[Columns]));
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        _covariance.Split(prepared, contributions);
        Shares.Normalise(contributions);
    }

    private void Measure()
    {
        double[] scratch = new double[Columns];
        for (int row = 0; row < _training.Length; row++)
        {
            _training[row] = Math.Sqrt(_covariance.Squared(_columns.Row(row), scratch));
        }
    }
}
