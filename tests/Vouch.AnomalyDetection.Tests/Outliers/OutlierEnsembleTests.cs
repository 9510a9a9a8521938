using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

public class OutlierEnsembleTests
{
    [Fact]
    public void Analyse_FarRows_AreTheOutliersAndTheReasonIsGiven()
    {
        FeatureMatrix table = BatchData.Cluster(600, 3, 8, outliers: 6);

        OutlierReport report = new OutlierEnsemble().Analyse(table);

        report.Outliers().Select(verdict => verdict.Row).Should().Contain([0, 1, 2, 3, 4, 5]).And.HaveCountLessThan(20);
        OutlierExplanation why = report.Explain(0);
        why.Verdict.Score.Should().BeGreaterThan(0.5);
        why.Features.Sum(feature => feature.Share).Should().BeApproximately(1, 1e-9);
        why.Voters.Should().NotBeEmpty();
    }

    [Fact]
    public void Analyse_NoOutliers_FindsFew()
    {
        int found = Enumerable.Range(0, 10).Sum(seed => new OutlierEnsemble { Seed = seed }.Analyse(BatchData.Cluster(400, 4, seed)).Outliers().Count);

        found.Should().BeLessThanOrEqualTo(10, "10 tables of 400 plain rows");
    }

    [Fact]
    public void Analyse_Score_IsOverOneHalfExactlyForTheOutliers()
    {
        OutlierReport report = new OutlierEnsemble().Analyse(BatchData.Cluster(500, 2, 1, outliers: 4));

        report.Verdicts.Should().OnlyContain(verdict => verdict.IsOutlier == verdict.Score > 0.5 && verdict.Score >= 0 && verdict.Score < 1);
        report.Verdicts.Should().OnlyContain(verdict => verdict.PValue >= 0 && verdict.PValue <= 1);
    }

    [Fact]
    public void Analyse_Adaptive_ForestIsNotOutweighed()
    {
        OutlierReport report = new OutlierEnsemble().Analyse(BatchData.Cluster(300, 3, 1));

        report.Members[0].Name.Should().Be("forest");
        report.Members[0].Weight.Should().BeGreaterThanOrEqualTo(0.5);
        report.Members.Sum(member => member.Weight).Should().BeApproximately(1, 1e-12);
    }

    [Theory]
    [InlineData(VotingRule.Majority)]
    [InlineData(VotingRule.Weighted)]
    [InlineData(VotingRule.Consensus)]
    public void Analyse_Rule_FollowsTheVotes(VotingRule rule)
    {
        OutlierReport report = new OutlierEnsemble(EnsembleMode.Ensemble) { Rule = rule }.Analyse(BatchData.Cluster(500, 3, 2, outliers: 5));

        int members = report.Members.Count;
        report.Verdicts.Should().OnlyContain(verdict => verdict.IsOutlier == (rule == VotingRule.Consensus ? verdict.Votes == members : 2 * verdict.Votes > members));
        if (rule != VotingRule.Consensus)
        {
            report.Outliers().Select(verdict => verdict.Row).Should().Contain(0);
        }
    }

    [Fact]
    public void Analyse_PublicTables_BeatsTheForestOnTheMean()
    {
        string[] sets = ["glass", "vowels", "Ionosphere", "Pima", "vertebral", "Waveform"];
        double gain = sets.Average(set =>
        {
            (FeatureMatrix table, bool[] labels) = TabularFile.Read(Vouch.TestData.SharedData.Require($"anomaly/tabular/{set}.csv.gz"));
            return TabularFile.Area(new OutlierEnsemble().Analyse(table).TrainingScores.ToArray(), labels)
                - TabularFile.Area(new IsolationForest { Trees = 300 }.Fit(table).TrainingScores.ToArray(), labels);
        });

        gain.Should().BeGreaterThan(0.012);
    }

    [Fact]
    public void Constructor_NoMember_Throws()
    {
        FluentActions.Invoking(() => new OutlierEnsemble([])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new OutlierEnsemble((EnsembleMode)9)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
