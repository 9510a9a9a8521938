using FsCheck;
using FsCheck.Fluent;
using Vouch.AnomalyDetection.ChangePoints;
using Vouch.AnomalyDetection.Tests.Outliers;

namespace Vouch.AnomalyDetection.Tests.ChangePoints;

public class ChangePointDetectorTests
{
    [Fact]
    public void Find_SmallSeries_EqualsTheBestOfAllSegmentations()
    {
        var random = new Random(6);
        for (int trial = 0; trial < 60; trial++)
        {
            double[] values = [.. Enumerable.Range(0, 11).Select(i => BatchData.Normal(random) + (i > 5 ? trial % 4 : 0))];
            var cost = new SquaredErrorCost(values, line: trial % 2 == 1);

            int[] found = OptimalPartition.Find(cost, 1.5);

            Total(cost, found, 1.5).Should().BeApproximately(Best(cost, 0, 1.5), 1e-9);
        }
    }

    [Fact]
    public void Detect_LevelShiftWithOutliersAndGaps_OnItsRow()
    {
        var random = new Random(2);
        double[] values = [.. Enumerable.Range(0, 300).Select(i => BatchData.Normal(random) + (i >= 180 ? 4 : 0))];
        values[50] = 80;
        values[51] = double.NaN;
        values[200] = double.NegativeInfinity;
        values[230] = -1e6;

        ChangePointReport report = new ChangePointDetector().Detect(values);

        report.Changes.Should().ContainSingle();
        ChangePoint change = report.Changes[0];
        change.Row.Should().BeInRange(179, 181);
        change.EarliestRow.Should().BeLessThanOrEqualTo(180);
        change.LatestRow.Should().BeGreaterThanOrEqualTo(180);
        (change.After - change.Before).Should().BeApproximately(4, 0.5);
        change.Evidence.Should().BeGreaterThan(5);
        report.Outliers.Should().Contain([50, 230]);
    }

    [Fact]
    public void Detect_SteadyTrend_IsNoChangeAndABendIsOne()
    {
        var random = new Random(5);
        double[] steady = [.. Enumerable.Range(0, 400).Select(i => (0.1 * i) + BatchData.Normal(random))];
        double[] bent = [.. Enumerable.Range(0, 400).Select(i => (i < 200 ? 0.1 * i : 20 - (0.2 * (i - 200))) + BatchData.Normal(random))];

        new ChangePointDetector().Detect(steady).Changes.Should().BeEmpty();
        ChangePointReport report = new ChangePointDetector().Detect(bent);

        report.Model.Should().Be(ChangeModel.Trend);
        report.Changes.Should().ContainSingle().Which.Row.Should().BeInRange(190, 210);
    }

    [Fact]
    public void Detect_Variance_FindsTheNoisierPart()
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, 400).Select(i => BatchData.Normal(random) * (i >= 250 ? 4 : 1))];

        ChangePointReport report = new ChangePointDetector { Model = ChangeModel.Variance }.Detect(values);

        report.Changes.Should().Contain(change => Math.Abs(change.Row - 250) <= 15 && change.After > 2 * change.Before);
    }

    [Fact]
    public void Detect_WhiteNoise_RarelyFindsAnything()
    {
        int found = Enumerable.Range(0, 50).Count(seed =>
        {
            var random = new Random(seed);
            return new ChangePointDetector().Detect([.. Enumerable.Range(0, 300).Select(_ => BatchData.Normal(random))]).Changes.Count > 0;
        });

        found.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Detect_MemoryDiscounted_WanderingIsNoise()
    {
        int Found(bool discount) => Enumerable.Range(0, 20).Count(seed =>
        {
            var random = new Random(seed);
            double state = 0;
            double[] values = [.. Enumerable.Range(0, 400).Select(_ => state = (0.8 * state) + BatchData.Normal(random))];
            return new ChangePointDetector { DiscountMemory = discount }.Detect(values).Changes.Count > 0;
        });

        Found(discount: true).Should().BeLessThanOrEqualTo(4);
        Found(discount: false).Should().BeGreaterThan(15);
    }

    [Fact]
    public void Detect_LongSeries_ChangeIsPutOnItsRow()
    {
        var random = new Random(8);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(i => BatchData.Normal(random) + (i >= 12_345 ? 3 : 0))];

        new ChangePointDetector { MaximumRows = 1024 }.Detect(values).Changes.Should().ContainSingle().Which.Row.Should().BeInRange(12_343, 12_347);
    }

    [Fact]
    public void Detect_AnySeries_NeverThrowsAndChangesAreOrdered()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<double[]>(), values =>
        {
            IReadOnlyList<ChangePoint> changes = new ChangePointDetector().Detect(values).Changes;
            return changes.All(change => change.Row > 0 && change.Row < values.Length && !double.IsNaN(change.Evidence))
                && changes.Zip(changes.Skip(1), (left, right) => left.Row < right.Row).All(ordered => ordered);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));
        new ChangePointDetector().Detect(Enumerable.Repeat(5.0, 100).ToArray()).Changes.Should().BeEmpty();
        new ChangePointDetector().Detect([]).Changes.Should().BeEmpty();
    }

    private static double Total(SegmentCost cost, int[] starts, double price)
    {
        int from = 0;
        double total = -price;
        foreach (int to in starts.Append(cost.Count))
        {
            total += cost.Of(from, to) + price;
            from = to;
        }

        return total;
    }

    private static double Best(SegmentCost cost, int from, double price)
    {
        double best = cost.Of(from, cost.Count);
        for (int at = from + cost.Shortest; at <= cost.Count - cost.Shortest; at++)
        {
            best = Math.Min(best, cost.Of(from, at) + price + Best(cost, at, price));
        }

        return best;
    }
}
