using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

public class IsolationForestTests
{
    [Fact]
    public void MeanPath_KnownValues_AsInThePaper()
    {
        // Liu et al. 2012, equation 1 with H(i) = ln i + Euler's constant; c(256) = 10.2448 (also quoted by implementations).
        IsolationTree.MeanPath(1).Should().Be(0);
        IsolationTree.MeanPath(2).Should().Be(1);
        IsolationTree.MeanPath(256).Should().BeApproximately(10.2448, 1e-4);
    }

    [Fact]
    public void Fit_AllRowsEqual_EveryScoreIsOneHalf()
    {
        // Nothing can be cut: each path is c(n), and 2^-1 = 0.5 by definition.
        double[] scores = new IsolationForest().Fit(new FeatureMatrix(new double[200], 2)).TrainingScores.ToArray();

        scores.Should().OnlyContain(score => Math.Abs(score - 0.5) < 1e-12);
    }

    [Fact]
    public void Score_RowOfTheTable_EqualsItsTrainingScore()
    {
        FeatureMatrix table = BatchData.Cluster(333, 5, 2);
        IOutlierModel model = new IsolationForest { Seed = 4 }.Fit(table);

        for (int row = 0; row < table.Rows; row += 37)
        {
            model.Score(table.Row(row)).Should().Be(model.TrainingScores.Span[row]);
        }
    }

    [Fact]
    public void Fit_Seed_DecidesTheForest()
    {
        FeatureMatrix table = BatchData.Cluster(500, 3, 2);

        new IsolationForest { Seed = 1 }.Fit(table).TrainingScores.ToArray().Should().Equal(new IsolationForest { Seed = 1 }.Fit(table).TrainingScores.ToArray());
        new IsolationForest { Seed = 1 }.Fit(table).TrainingScores.ToArray().Should().NotEqual(new IsolationForest { Seed = 2 }.Fit(table).TrainingScores.ToArray());
    }

    [Theory]
    [InlineData("glass")]
    [InlineData("vowels")]
    [InlineData("Ionosphere")]
    public void Fit_PublicTable_AreaWithinTheSpreadOfScikitLearn(string set)
    {
        Dictionary<string, string> reference = Vouch.TestData.SharedData.Csv("anomaly/tabular/reference.csv").Single(row => row["dataset"] == set);
        (FeatureMatrix table, bool[] labels) = TabularFile.Read(Vouch.TestData.SharedData.Require($"anomaly/tabular/{set}.csv.gz"));

        double mean = Enumerable.Range(0, 10).Average(seed => TabularFile.Area(new IsolationForest { Seed = seed }.Fit(table).TrainingScores.ToArray(), labels));

        mean.Should().BeApproximately(TabularFile.Number(reference["iforest_auc"]), Math.Max(0.02, 2 * TabularFile.Number(reference["iforest_auc_sd"])));
    }
}
