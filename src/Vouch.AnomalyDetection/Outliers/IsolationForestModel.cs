using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A grown isolation forest.</summary>
internal sealed class IsolationForestModel : IOutlierModel
{
    private const int Block = 256;
    private const int MostOnStack = 128;

    private readonly PreparedColumns _columns;
    private readonly IsolationTree[] _trees;
    private readonly double _meanPath;
    private readonly Lazy<double[]> _training;
    private readonly Lazy<FlatForest> _flat;

    public IsolationForestModel(PreparedColumns columns, int trees, int sampleSize, long seed)
    {
        _columns = columns;
        int count = Math.Min(sampleSize, columns.Rows);
        _meanPath = Math.Max(1, IsolationTree.MeanPath(count));
        _trees = new IsolationTree[trees];
        int[] order = [.. Enumerable.Range(0, columns.Rows)];
        double[] sample = new double[count * columns.Columns];
        var scratch = new IsolationTree.TreeScratch(count, columns.Columns);
        var random = SeededSequence.For(seed, 0);
        for (int tree = 0; tree < trees; tree++)
        {
            Draw(columns, order, count, sample, ref random);
            _trees[tree] = IsolationTree.Grow(sample, count, columns.Columns, ref random, scratch);
        }

        _flat = new Lazy<FlatForest>(() => new FlatForest(_trees));
        _training = new Lazy<double[]>(() => ScoreAll(_columns.Values, _columns.Rows));
    }

    public int Columns => _columns.Columns;

    /// <summary>Scored when first asked for.</summary>
    public ReadOnlyMemory<double> TrainingScores => _training.Value;

    public double Score(ReadOnlySpan<double> row)
    {
        Span<double> prepared = Columns <= MostOnStack ? stackalloc double[MostOnStack] : new double[Columns];
        prepared = prepared[..Columns];
        _columns.Apply(row, prepared);
        if (Columns <= FlatForest.MostColumns)
        {
            return ToScore(_flat.Value.PathLengths(prepared));
        }

        double sum = 0;
        foreach (IsolationTree tree in _trees)
        {
            tree.AddPathLengths(prepared, Columns, MemoryMarshal.CreateSpan(ref sum, 1));
        }

        return ToScore(sum);
    }

    public void Contributions(ReadOnlySpan<double> row, Span<double> contributions)
    {
        double[] prepared = new double[Columns];
        _columns.Apply(row, prepared);
        Shares.RequireLength(contributions, Columns);
        contributions.Clear();
        foreach (IsolationTree tree in _trees)
        {
            tree.AddContributions(prepared, contributions);
        }

        Shares.Normalise(contributions);
    }

    /// <summary>Scores prepared rows, a cache-sized block of rows per tree.</summary>
    internal double[] ScoreAll(ReadOnlySpan<double> rows, int count)
    {
        double[] scores = new double[count];
        for (int from = 0; from < count; from += Block)
        {
            Span<double> sums = scores.AsSpan(from, Math.Min(Block, count - from));
            ReadOnlySpan<double> block = rows.Slice(from * Columns, sums.Length * Columns);
            foreach (IsolationTree tree in _trees)
            {
                tree.AddPathLengths(block, Columns, sums);
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = ToScore(scores[i]);
        }

        return scores;
    }

    /// <summary>2 to the power of minus the mean length over the expected one.</summary>
    private double ToScore(double lengths)
    {
        double factor = -1 / (_trees.Length * _meanPath);
        return Math.Exp(Math.Log(2) * factor * lengths);
    }

    /// <summary>Draws without replacement by the first steps of a shuffle and lays the sample out column after column.</summary>
    private static void Draw(PreparedColumns columns, int[] order, int count, double[] sample, ref SeededSequence random)
    {
        for (int i = 0; i < count; i++)
        {
            int pick = i + random.Below(order.Length - i);
            (order[i], order[pick]) = (order[pick], order[i]);
            ReadOnlySpan<double> row = columns.Row(order[i]);
            for (int column = 0; column < row.Length; column++)
            {
                sample[(column * count) + i] = row[column];
            }
        }
    }
}
