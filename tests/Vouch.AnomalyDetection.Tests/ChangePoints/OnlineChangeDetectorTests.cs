using Vouch.AnomalyDetection.ChangePoints;
using Vouch.AnomalyDetection.Tests.Outliers;

namespace Vouch.AnomalyDetection.Tests.ChangePoints;

public class OnlineChangeDetectorTests
{
    [Fact]
    public void Observe_LevelShift_AnnouncedOnceWithinTheDelayAndASpikeIsNot()
    {
        var random = new Random(11);
        var detector = new OnlineChangeDetector();
        var announced = new List<int>();
        for (int i = 0; i < 400; i++)
        {
            double value = i == 100 ? 60 : i == 150 ? double.NaN : BatchData.Normal(random) + (i >= 250 ? 6 : 0);
            OnlineChange change = detector.Observe(value);
            change.Probability.Should().BeInRange(0, 1);
            if (change.Changed)
            {
                announced.Add(i);
            }
        }

        announced.Should().ContainSingle().Which.Should().BeInRange(251, 258);
    }

    [Fact]
    public void Observe_ScaleIsKnown_TellsAShiftAmongTheFirstValues()
    {
        double[] values = [0.3, -0.4, 0.1, 0.6, -0.2, -5.1, -4.6, -5.3, -5.0];
        var knowing = new OnlineChangeDetector(100) { Scale = 0.5 };
        var unknowing = new OnlineChangeDetector(100);

        OnlineChange[] told = [.. values.Select(knowing.Observe)];

        told.Should().ContainSingle(static change => change.Changed);
        OnlineChange at = told.Single(static change => change.Changed);
        (Array.IndexOf(told, at) + 1 - at.RunLength).Should().Be(5, "the sixth value is the first of the new level");
        values.Select(unknowing.Observe).Should().OnlyContain(static change => !change.Changed, "without a scale the first 20 values say nothing");
    }

    [Fact]
    public void Observe_ScaleIsKnownAndNothingChanges_TellsNothing()
    {
        var random = new Random(3);
        int told = 0;
        for (int series = 0; series < 200; series++)
        {
            var detector = new OnlineChangeDetector(100) { Scale = 1 };
            double level = 10 * BatchData.Normal(random);
            told += Enumerable.Range(0, 30).Count(_ => detector.Observe(level + BatchData.Normal(random)).Changed);
        }

        told.Should().BeLessThanOrEqualTo(6, "6,000 values of which each begins a new level with a chance of 1 in 100 by assumption and none does");
    }

    [Fact]
    public void Scale_NotPositive_Throws()
    {
        Action none = () => _ = new OnlineChangeDetector { Scale = 0 };
        Action noNumber = () => _ = new OnlineChangeDetector { Scale = double.NaN };

        none.Should().Throw<ArgumentOutOfRangeException>();
        noNumber.Should().Throw<ArgumentOutOfRangeException>();
    }
}
