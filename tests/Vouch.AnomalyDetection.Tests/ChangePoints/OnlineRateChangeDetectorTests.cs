using Vouch.AnomalyDetection.ChangePoints;

namespace Vouch.AnomalyDetection.Tests.ChangePoints;

public class OnlineRateChangeDetectorTests
{
    [Fact]
    public void Observe_TwoFailuresAfterARecordOfSuccess_AreToldAndPutWhereTheyBegan()
    {
        var detector = new OnlineRateChangeDetector(usualRate: 0.99, expectedRun: 100);
        for (int i = 0; i < 12; i++)
        {
            detector.Observe(true).Changed.Should().BeFalse();
        }

        detector.Observe(false).Changed.Should().BeFalse("one failure in a hundred is usual");
        OnlineChange second = detector.Observe(false);

        second.Changed.Should().BeTrue();
        second.RunLength.Should().Be(2);
        detector.Observe(false).Changed.Should().BeFalse("a change is told once");
    }

    [Fact]
    public void Observe_FailsFromTheStart_IsAChangeAtTheFirstOutcome()
    {
        var detector = new OnlineRateChangeDetector(usualRate: 0.99, expectedRun: 100);

        detector.Observe(false);
        OnlineChange second = detector.Observe(false);

        second.Changed.Should().BeTrue();
        second.RunLength.Should().Be(2);
    }

    [Fact]
    public void Observe_UsualRate_TellsFewChanges()
    {
        var random = new Random(5);
        int told = 0;
        for (int series = 0; series < 100; series++)
        {
            var detector = new OnlineRateChangeDetector(0.95, expectedRun: 1_000);
            told += Enumerable.Range(0, 200).Count(_ => detector.Observe(random.NextDouble() < 0.95).Changed);
        }

        told.Should().BeLessThanOrEqualTo(20, "20,000 outcomes of which one in 1,000 begins a change by assumption and none does");
    }

    [Fact]
    public void Observe_Posterior_IsTheOneOfAllWaysToCutTheOutcomes()
    {
        // The slow, obvious way: every cutting of the outcomes into runs, weighted by its chance.
        bool[] outcomes = [true, true, true, false, true, false, false, false];
        const double Hazard = 0.05;
        var detector = new OnlineRateChangeDetector(0.9, strength: 10, expectedRun: 1 / Hazard) { Delay = 3 };
        OnlineChange last = default;
        foreach (bool outcome in outcomes)
        {
            last = detector.Observe(outcome);
        }

        double total = 0;
        double recent = 0;
        for (int cuts = 0; cuts < 1 << (outcomes.Length + 1); cuts++)
        {
            // A cut at i: a run begins before outcome i; one at the end begins after the last.
            double weight = 1;
            (double hits, double misses) = (9, 1);
            int begun = -1;
            for (int i = 0; i <= outcomes.Length; i++)
            {
                bool cut = ((cuts >> i) & 1) == 1;

                // At the very beginning the detector weighs "begins now" against one and not against one minus the hazard.
                weight *= cut ? Hazard : i == 0 ? 1 : 1 - Hazard;
                if (cut)
                {
                    (hits, misses, begun) = (0.5, 0.5, i);
                }

                if (i < outcomes.Length)
                {
                    weight *= (outcomes[i] ? hits : misses) / (hits + misses);
                    (hits, misses) = outcomes[i] ? (hits + 1, misses) : (hits, misses + 1);
                }
            }

            total += weight;
            recent += begun >= 0 && outcomes.Length - begun <= 3 ? weight : 0;
        }

        last.Probability.Should().BeApproximately(recent / total, 1e-9);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(double.NaN, 100)]
    [InlineData(0.5, 0)]
    public void Constructor_OutsideTheRange_Throws(double rate, double strength)
    {
        Action make = () => _ = new OnlineRateChangeDetector(rate, strength);

        make.Should().Throw<ArgumentOutOfRangeException>();
    }
}
