using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Vouch.AnomalyDetection.Outliers;

namespace Vouch.Benchmarks.AnomalyDetection;

/// <summary>A table of 49,097 rows and nine columns. The forest stands beside the robust deviation, the cheapest detector; the exact local outlier factor beside its definition by brute force, on a slice.</summary>
/// <remarks>Synthetic, seeded: eight round clusters of different widths in all nine dimensions, which is hard for an index, and one row in a hundred from anywhere.</remarks>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class OutlierBenchmarks
{
    private const int Rows = 49_097;
    private const int Columns = 9;
    private const int Slice = 4_000;
    private const int Neighbours = 20;
    private const int Scored = 1_000;
    private readonly double[] _values = new double[Rows * Columns];
    private FeatureMatrix _table = null!;
    private FeatureMatrix _slice = null!;
    private IOutlierModel _forest = null!;
    private IOutlierModel _deviation = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        double[] centres = [.. Enumerable.Range(0, 8 * Columns).Select(_ => 20 * random.NextDouble())];
        for (int row = 0; row < Rows; row++)
        {
            int cluster = random.Next(8);
            bool outlier = random.Next(100) == 0;
            for (int column = 0; column < Columns; column++)
            {
                double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
                _values[(row * Columns) + column] = outlier ? 20 * random.NextDouble() : centres[(cluster * Columns) + column] + ((0.5 + (cluster * 0.25)) * noise);
            }
        }

        _table = new FeatureMatrix(_values, Columns);
        _slice = new FeatureMatrix(_values.AsSpan(0, Slice * Columns), Columns);
        _forest = new IsolationForest().Fit(_table);
        _deviation = new RobustDeviation().Fit(_table);
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Fit")]
    public IOutlierModel DeviationFit() => new RobustDeviation().Fit(_table);

    [Benchmark]
    [BenchmarkCategory("Fit")]
    public IOutlierModel ForestFit() => new IsolationForest { Trees = 100, SampleSize = 256 }.Fit(_table);

    [Benchmark(Baseline = true, OperationsPerInvoke = Scored)]
    [BenchmarkCategory("Score of a row")]
    public double DeviationScore() => Score(_deviation);

    [Benchmark(OperationsPerInvoke = Scored)]
    [BenchmarkCategory("Score of a row")]
    public double ForestScore() => Score(_forest);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("LOF, 4,000 rows")]
    public double[] LocalFactorsByBruteForce()
    {
        var neighbours = new int[Slice * Neighbours];
        var distances = new double[Slice * Neighbours];
        for (int row = 0; row < Slice; row++)
        {
            ReadOnlySpan<double> here = _values.AsSpan(row * Columns, Columns);
            Span<int> near = neighbours.AsSpan(row * Neighbours, Neighbours);
            Span<double> far = distances.AsSpan(row * Neighbours, Neighbours);
            far.Fill(double.PositiveInfinity);
            for (int other = 0; other < Slice; other++)
            {
                ReadOnlySpan<double> there = _values.AsSpan(other * Columns, Columns);
                double sum = 0;
                for (int column = 0; column < Columns; column++)
                {
                    double difference = here[column] - there[column];
                    sum += difference * difference;
                }

                if (other == row || sum >= far[^1])
                {
                    continue;
                }

                int place = Neighbours - 1;
                for (; place > 0 && far[place - 1] > sum; place--)
                {
                    (far[place], near[place]) = (far[place - 1], near[place - 1]);
                }

                (far[place], near[place]) = (sum, other);
            }

            for (int k = 0; k < Neighbours; k++)
            {
                far[k] = Math.Sqrt(far[k]);
            }
        }

        var densities = new double[Slice];
        for (int row = 0; row < Slice; row++)
        {
            double reach = 0;
            for (int k = row * Neighbours; k < (row + 1) * Neighbours; k++)
            {
                reach += Math.Max(distances[k], distances[(neighbours[k] * Neighbours) + Neighbours - 1]);
            }

            densities[row] = Neighbours / reach;
        }

        var factors = new double[Slice];
        for (int row = 0; row < Slice; row++)
        {
            for (int k = row * Neighbours; k < (row + 1) * Neighbours; k++)
            {
                factors[row] += densities[neighbours[k]] / densities[row] / Neighbours;
            }
        }

        return factors;
    }

    [Benchmark]
    [BenchmarkCategory("LOF, 4,000 rows")]
    public ReadOnlyMemory<double> LocalFactors() => new LocalOutlierFactor { Scaling = FeatureScaling.None }.Fit(_slice).TrainingScores;

    [Benchmark]
    [BenchmarkCategory("LOF, 49,097 rows")]
    public ReadOnlyMemory<double> LocalFactorsOfAll() => new LocalOutlierFactor().Fit(_table).TrainingScores;

    private double Score(IOutlierModel model)
    {
        double sum = 0;
        for (int row = 0; row < Scored; row++)
        {
            sum += model.Score(_table.Row(row));
        }

        return sum;
    }
}
