using FsCheck;
using FsCheck.Fluent;
using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

/// <summary>What holds for every batch detector.</summary>
public class DetectorContractTests
{
    public static TheoryData<string> Hostile() => new("empty cells", "infinite", "huge", "constant", "equal rows", "single row", "one column empty");

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Fit_HostileTable_ScoresAreFiniteAndSharesSumToOneOrZero(string kind)
    {
        FeatureMatrix table = Table(kind);

        foreach (IOutlierDetector detector in BatchData.All())
        {
            IOutlierModel model = detector.Fit(table);

            model.TrainingScores.Length.Should().Be(table.Rows);
            model.TrainingScores.ToArray().Should().OnlyContain(score => double.IsFinite(score), "{0} on {1}", detector.Name, kind);
            foreach (double[] row in (double[][])[[double.NaN, 1, 2], [double.PositiveInfinity, -1e300, 0], [1e308, double.NegativeInfinity, double.NaN]])
            {
                double[] shares = new double[3];
                double.IsFinite(model.Score(row)).Should().BeTrue("{0} on {1} says {2} of {3}", detector.Name, kind, model.Score(row), string.Join(' ', row));
                model.Contributions(row, shares);
                shares.Should().OnlyContain(share => share >= 0 && share <= 1);
                (shares.Sum() == 0 || Math.Abs(shares.Sum() - 1) < 1e-9).Should().BeTrue("{0} on {1}", detector.Name, kind);
            }
        }
    }

    [Fact]
    public void Fit_RandomCells_NeverThrowsNorAnswersNaN()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<double[]>().Filter(cells => cells.Length >= 2), cells =>
        {
            var table = new FeatureMatrix(cells.AsSpan(0, cells.Length / 2 * 2), 2);
            return BatchData.All().All(detector => detector.Fit(table).TrainingScores.ToArray().All(double.IsFinite));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Fit_FarRows_ScoreAboveTheRestAndTheirFeatureIsNamed()
    {
        double[] odd = [0.1, -0.2, 40, 0.3];
        FeatureMatrix cluster = BatchData.Cluster(400, 4, 3);
        FeatureMatrix table = FeatureMatrix.FromRows([odd, .. Enumerable.Range(0, cluster.Rows).Select(row => cluster.Row(row).ToArray())]);

        foreach (IOutlierDetector detector in BatchData.All().Where(detector => detector is not MovingAverage))
        {
            IOutlierModel model = detector.Fit(table);
            double[] shares = new double[4];
            model.Contributions(odd, shares);

            double[] sorted = [.. model.TrainingScores.ToArray().Order()];
            if (detector is not EmpiricalTails)
            {
                // Tails count ranks: one column, however far out, weighs no more than log n, as the paper has it.
                model.TrainingScores.Span[0].Should().BeGreaterThan(sorted[^5], detector.Name);
            }

            shares[2].Should().Be(shares.Max(), detector.Name);
        }
    }

    [Fact]
    public void Fit_EmptyTableOrWrongRow_SaysSo()
    {
        var empty = new FeatureMatrix([], 3);
        FeatureMatrix table = BatchData.Cluster(30, 3, 1);

        foreach (IOutlierDetector detector in BatchData.All())
        {
            detector.Invoking(d => d.Fit(empty)).Should().Throw<ArgumentException>().WithMessage("*no row*");
            detector.Fit(table).Invoking(m => m.Score([1, 2])).Should().Throw<ArgumentException>().WithMessage("*3*");
        }

        FluentActions.Invoking(() => new FeatureMatrix([1, 2, 3], 2)).Should().Throw<ArgumentException>().WithMessage("*whole rows*");
        FluentActions.Invoking(() => FeatureMatrix.FromRows([[1.0], [1.0, 2.0]])).Should().Throw<ArgumentException>().WithMessage("Row 1*");
    }

    [Fact]
    public void Fit_OnManyThreads_SameBits()
    {
        FeatureMatrix table = BatchData.Cluster(300, 3, 9, 5);
        foreach (IOutlierDetector detector in BatchData.All())
        {
            double[] once = detector.Fit(table).TrainingScores.ToArray();
            double[][] again = new double[8][];

            Parallel.For(0, again.Length, i => again[i] = detector.Fit(table).TrainingScores.ToArray());

            again.Should().OnlyContain(scores => scores.SequenceEqual(once), detector.Name);
        }
    }

    private static FeatureMatrix Table(string kind)
    {
        FeatureMatrix cluster = BatchData.Cluster(kind == "single row" ? 1 : 60, 3, 5);
        double[] cells = [.. Enumerable.Range(0, cluster.Rows).SelectMany(row => cluster.Row(row).ToArray())];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = kind switch
            {
                "empty cells" when i % 4 == 0 => double.NaN,
                "infinite" when i % 17 == 0 => i % 2 == 0 ? double.PositiveInfinity : double.NegativeInfinity,
                "huge" when i % 13 == 0 => i % 2 == 0 ? 1e300 : -1e308,
                "constant" => 7,
                "equal rows" => i % 3,
                "one column empty" when i % 3 == 1 => double.NaN,
                _ => cells[i],
            };
        }

        return new FeatureMatrix(cells, 3);
    }
}
