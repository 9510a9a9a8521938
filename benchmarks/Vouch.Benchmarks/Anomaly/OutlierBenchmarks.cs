using BenchmarkDotNet.Attributes;
using Vouch.AnomalyDetection.Outliers;

namespace Vouch.Benchmarks.Anomaly;

/// <summary>Batch detectors on nine columns; the plain double loop over all pairs is the baseline that the neighbour index is judged against.</summary>
[MemoryDiagnoser]
public class OutlierBenchmarks
{
    private const int Columns = 9;

    private FeatureMatrix _table = null!;
    private IOutlierModel _forest = null!;
    private double[] _row = [];

    [Params(4_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        double[] values = new double[Rows * Columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextDouble() + random.NextDouble() + random.NextDouble();
        }

        _table = new FeatureMatrix(values, Columns);
        _forest = new IsolationForest().Fit(_table);
        _row = _table.Row(0).ToArray();
    }

    [Benchmark(Baseline = true)]
    public double AllPairs()
    {
        double largest = 0;
        for (int a = 0; a < Rows; a++)
        {
            ReadOnlySpan<double> left = _table.Row(a);
            for (int b = 0; b < Rows; b++)
            {
                ReadOnlySpan<double> right = _table.Row(b);
                double sum = 0;
                for (int column = 0; column < Columns; column++)
                {
                    double difference = left[column] - right[column];
                    sum += difference * difference;
                }

                largest = Math.Max(largest, sum);
            }
        }

        return largest;
    }

    [Benchmark]
    public IOutlierModel LocalOutlierFactorFit() => new LocalOutlierFactor { Scaling = FeatureScaling.None }.Fit(_table);

    [Benchmark]
    public IOutlierModel IsolationForestFit() => new IsolationForest().Fit(_table);

    [Benchmark]
    public ReadOnlyMemory<double> IsolationForestFitAndScoreAll() => new IsolationForest().Fit(_table).TrainingScores;

    [Benchmark]
    public double IsolationForestScoreOneRow() => _forest.Score(_row);

    [Benchmark]
    public OutlierReport EnsembleAnalyse() => new OutlierEnsemble().Analyse(_table);
}
