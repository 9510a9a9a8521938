using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

/// <summary>Neighbour scores against the plain double loop of the definitions.</summary>
public class NeighbourTests
{
    [Theory]
    [InlineData(500, 3, 10)]
    [InlineData(300, 12, 20)]
    [InlineData(40, 2, 60)]
    public void Fit_NoTies_EqualsBruteForce(int rows, int columns, int neighbours)
    {
        FeatureMatrix table = BatchData.Cluster(rows, columns, rows);
        double[][] points = [.. Enumerable.Range(0, rows).Select(row => table.Row(row).ToArray())];

        double[] near = new KNearestNeighbours { Neighbours = neighbours, Scaling = FeatureScaling.None }.Fit(table).TrainingScores.ToArray();
        double[] local = new LocalOutlierFactor { Neighbours = neighbours, Scaling = FeatureScaling.None }.Fit(table).TrainingScores.ToArray();

        (double[] slowNear, double[] slowLocal) = Slow(points, neighbours);
        for (int row = 0; row < rows; row++)
        {
            near[row].Should().BeApproximately(slowNear[row], 1e-9);
            local[row].Should().BeApproximately(slowLocal[row], 1e-9);
        }
    }

    [Fact]
    public void Fit_EqualRowsAndTies_OrderOfRowsDoesNotMatter()
    {
        var random = new Random(4);
        double[][] points = [.. Enumerable.Range(0, 400).Select(_ => new double[] { random.Next(6), random.Next(6), random.Next(3) })];
        int[] order = [.. Enumerable.Range(0, points.Length).OrderBy(_ => random.Next())];

        foreach (IOutlierDetector detector in (IOutlierDetector[])[new KNearestNeighbours(), new LocalOutlierFactor()])
        {
            double[] scores = detector.Fit(FeatureMatrix.FromRows(points)).TrainingScores.ToArray();
            double[] shuffled = detector.Fit(FeatureMatrix.FromRows([.. order.Select(row => points[row])])).TrainingScores.ToArray();

            shuffled.Should().Equal(order.Select(row => scores[row]));
        }
    }

    [Fact]
    public void Fit_EqualRows_CountAsNeighboursAtDistanceZero()
    {
        FeatureMatrix table = FeatureMatrix.FromRows([[0.0], [0.0], [0.0], [10.0]]);

        double[] scores = new KNearestNeighbours { Neighbours = 2, Scaling = FeatureScaling.None }.Fit(table).TrainingScores.ToArray();

        scores.Should().Equal(0, 0, 0, 10);
    }

    [Theory]
    [InlineData("glass")]
    [InlineData("vowels")]
    [InlineData("Pima")]
    [InlineData("mammography")]
    public void Fit_PublicTable_AreaAsPublishedByScikitLearn(string set)
    {
        // reference.csv: scikit-learn 1.2.1, LocalOutlierFactor(n_neighbors=20) and mean distance to 10 neighbours, min-max scaled.
        Dictionary<string, string> reference = Vouch.TestData.SharedData.Csv("anomaly/tabular/reference.csv").Single(row => row["dataset"] == set);
        (FeatureMatrix table, bool[] labels) = TabularFile.Read(Vouch.TestData.SharedData.Require($"anomaly/tabular/{set}.csv.gz"));

        double local = TabularFile.Area(new LocalOutlierFactor { Scaling = FeatureScaling.MinMax }.Fit(table).TrainingScores.ToArray(), labels);
        double near = TabularFile.Area(new KNearestNeighbours { Scaling = FeatureScaling.MinMax }.Fit(table).TrainingScores.ToArray(), labels);

        local.Should().BeApproximately(TabularFile.Number(reference["lof20_minmax_auc"]), 0.0002);
        near.Should().BeApproximately(TabularFile.Number(reference["knn10_minmax_auc"]), 0.0001);
    }

    private static (double[] Near, double[] Local) Slow(double[][] points, int wanted)
    {
        int k = Math.Min(wanted, points.Length - 1);
        double Distance(int a, int b) => Math.Sqrt(points[a].Zip(points[b], (x, y) => (x - y) * (x - y)).Sum());
        int[][] nearest = [.. Enumerable.Range(0, points.Length).Select(a =>
            Enumerable.Range(0, points.Length).Where(b => b != a).OrderBy(b => Distance(a, b)).Take(k).ToArray())];
        double[] reach = [.. Enumerable.Range(0, points.Length).Select(a => Distance(a, nearest[a][^1]))];
        double[] density = [.. Enumerable.Range(0, points.Length).Select(a => 1 / (nearest[a].Average(b => Math.Max(reach[b], Distance(a, b))) + 1e-10))];
        return (
            [.. Enumerable.Range(0, points.Length).Select(a => nearest[a].Average(b => Distance(a, b)))],
            [.. Enumerable.Range(0, points.Length).Select(a => nearest[a].Average(b => density[b]) / density[a])]);
    }
}
