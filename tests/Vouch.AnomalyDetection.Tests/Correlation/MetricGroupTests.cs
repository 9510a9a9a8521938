using Vouch.AnomalyDetection.Correlation;
using Vouch.AnomalyDetection.Tests.Outliers;

namespace Vouch.AnomalyDetection.Tests.Correlation;

public class MetricGroupTests
{
    [Fact]
    public void Observe_NormalOperation_StaysQuietAndAShiftIsNamed()
    {
        var random = new Random(1);
        var detector = new MetricGroupDetector(3);
        int alarms = 0;
        GroupObservation last = default;
        for (int i = 0; i < 3_000; i++)
        {
            double common = BatchData.Normal(random);
            last = detector.Observe([common, common + (0.2 * BatchData.Normal(random)), BatchData.Normal(random) + (i >= 2_900 ? 5 : 0)]);
            last.Score.Should().BeInRange(0, 1);
            alarms += i < 2_900 && last.State == GroupState.Anomalous ? 1 : 0;
        }

        alarms.Should().Be(0);
        last.State.Should().Be(GroupState.Anomalous);
        last.TopMetric.Should().Be(2);
    }

    [Fact]
    public void Observe_BrokenRelationWithinEachOwnRange_IsSeen()
    {
        var random = new Random(2);
        var detector = new MetricGroupDetector(2);
        GroupObservation last = default;
        for (int i = 0; i < 1_200; i++)
        {
            double common = BatchData.Normal(random);
            double follower = i < 1_000 ? common + (0.1 * BatchData.Normal(random)) : common + 1;
            last = detector.Observe([common, follower]);
        }

        last.State.Should().Be(GroupState.Anomalous);
        last.BrokenRelation.Should().BeTrue();
    }

    [Fact]
    public void Observe_WanderingMetric_IsGivenMoreRoomThanASteadyOne()
    {
        int alarms = Enumerable.Range(0, 20).Count(seed =>
        {
            var random = new Random(seed);
            var detector = new MetricGroupDetector(2);
            double slow = 0;
            bool any = false;
            for (int i = 0; i < 800; i++)
            {
                slow = (0.99 * slow) + BatchData.Normal(random);
                any |= detector.Observe([slow, BatchData.Normal(random)]).State == GroupState.Anomalous;
            }

            return any;
        });

        alarms.Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public void Observe_HostileRows_NeverThrowsNorAnswersNaN()
    {
        double[] odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e308, -1e300, 0, 5];
        var random = new Random(3);
        foreach (bool constant in (bool[])[true, false])
        {
            var detector = new MetricGroupDetector(3, 50);
            for (int i = 0; i < 500; i++)
            {
                double[] row = [constant ? 5 : odd[random.Next(odd.Length)], odd[random.Next(odd.Length)], random.NextDouble()];
                GroupObservation seen = detector.Observe(row);
                double.IsFinite(seen.Score).Should().BeTrue();
                seen.PValue.Should().BeInRange(0, 1);
            }
        }

        new MetricGroupDetector(2).Invoking(d => d.Observe([1])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Add_AnomaliesCloseInTime_AreOneIncident()
    {
        var grouper = new IncidentGrouper(TimeSpan.FromMinutes(5));
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        grouper.Add(start, "latency", 0.7, out _);
        Incident both = grouper.Add(start.AddMinutes(3), "errors", 0.9, out Incident? early);
        Incident next = grouper.Add(start.AddMinutes(20), "latency", 0.6, out Incident? closed);

        early.Should().BeNull();
        both.Metrics.Should().Equal(("latency", 0.7), ("errors", 0.9));
        both.Peak.Should().Be(0.9);
        closed.Should().BeEquivalentTo(both);
        next.Id.Should().Be(2);
        grouper.Close(start.AddMinutes(22)).Should().BeNull();
        grouper.Close(start.AddMinutes(26))!.Id.Should().Be(2);
        grouper.Invoking(g => g.Add(start, "x", double.NaN, out _)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
