using Vouch.Statistics.Sequential;

namespace Vouch.Statistics.Tests.Sequential;

public sealed class BernoulliChangeDetectorTests
{
    // The definition, word for word: the sum over all starting points of start weight times likelihood ratio, mixed over the alternatives.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_AnySequence_EqualsTheSumOverAllStarts(bool lifetime)
    {
        const double Tolerated = 0.02;
        var random = new Random(11);
        var detector = lifetime ? BernoulliChangeDetector.WithLifetimeAlarm(Tolerated, 0.001) : BernoulliChangeDetector.WithRunLength(Tolerated, 1e6);
        var seen = new List<(bool Failure, double Weight)>();
        for (int t = 1; t <= 120; t++)
        {
            (bool Failure, double Weight) next = (random.NextDouble() < (t > 80 ? 0.4 : 0.02), t % 3 == 0 ? 0.5 : 1);
            seen.Add(next);
            detector.Add(next.Failure, next.Weight);
        }

        double sum = 0;
        for (int alternative = 1; alternative <= 4; alternative++)
        {
            double rate = Math.Pow(Tolerated, 1 - (alternative / 4.0)) * Math.Pow(0.9, alternative / 4.0);
            for (int start = 0; start < seen.Count; start++)
            {
                double ratio = lifetime ? (1 / Math.Log2(start + 2)) - (1 / Math.Log2(start + 3)) : 1;
                foreach ((bool failure, double weight) in seen.Skip(start))
                {
                    ratio *= Math.Pow(failure ? rate / Tolerated : (1 - rate) / (1 - Tolerated), weight);
                }

                sum += ratio / 4;
            }
        }

        detector.LogEvidence.Should().BeApproximately(Math.Log(sum), 1e-9);
    }

    [Fact]
    public void Add_ThousandGoodThenBad_AlarmsWithinAFewFailuresAndNamesTheMoment()
    {
        var detector = BernoulliChangeDetector.WithLifetimeAlarm(0.005, 0.001);
        for (int i = 0; i < 1000; i++)
        {
            detector.Add(failure: false).Should().BeFalse();
        }

        int failures = 0;
        while (!detector.HasAlarmed)
        {
            detector.Add(failure: true);
            failures++;
        }

        failures.Should().BeLessThanOrEqualTo(5);
        detector.LikelyChange.Should().Be(1000);
    }

    // Shiryaev-Roberts: the mean time to a false alarm is at least the run length asked for. 400 runs, each cut off where it would only raise the mean.
    [Fact]
    public void WithRunLength_AtTheToleratedRate_MeanTimeToFalseAlarmIsAtLeastTheRunLength()
    {
        const double RunLength = 500;
        var random = new Random(20_260_101);
        double total = 0;
        for (int run = 0; run < 400; run++)
        {
            var detector = BernoulliChangeDetector.WithRunLength(0.05, RunLength);
            int steps = 0;
            while (!detector.HasAlarmed && steps < 20_000)
            {
                detector.Add(random.NextDouble() < 0.05);
                steps++;
            }

            total += steps;
        }

        // The mean of 400 such times has a standard error below 8 %.
        (total / 400).Should().BeGreaterThan(RunLength * 0.76);
    }

    [Fact]
    public void WithLifetimeAlarm_AtTheToleratedRate_FalseAlarmsStayWithinAlpha()
    {
        var random = new Random(20_260_102);
        int alarms = 0;
        for (int run = 0; run < 2000; run++)
        {
            var detector = BernoulliChangeDetector.WithLifetimeAlarm(0.05, 0.1);
            for (int i = 0; i < 500 && !detector.HasAlarmed; i++)
            {
                detector.Add(random.NextDouble() < 0.05);
            }

            alarms += detector.HasAlarmed ? 1 : 0;
        }

        // 200 expected at most; five standard deviations are 67.
        alarms.Should().BeLessThan(267).And.BeGreaterThan(5, "the detector must be able to alarm at all");
    }

    [Fact]
    public void Resume_HalfWay_KeepsTheEvidence()
    {
        var first = BernoulliChangeDetector.WithLifetimeAlarm(0.01, 0.001);
        first.Add(failure: true);
        first.Add(failure: false);
        var second = BernoulliChangeDetector.WithLifetimeAlarm(0.01, 0.001);

        second.Resume(first.Trials, first.LogEvidence);

        second.Trials.Should().Be(2);
        second.LogEvidence.Should().Be(first.LogEvidence);
        second.Add(failure: true);
        second.LogEvidence.Should().BeGreaterThan(first.LogEvidence);
    }

    [Fact]
    public void Add_LongerThanDoublesReach_StaysFinite()
    {
        var detector = BernoulliChangeDetector.WithRunLength(1e-6, 1e9);
        for (int i = 0; i < 2000; i++)
        {
            detector.Add(failure: true);
        }

        detector.LogEvidence.Should().BeInRange(1e4, 1e5);
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        var detector = BernoulliChangeDetector.WithRunLength(0.1, 10);
        Action[] acts =
        [
            () => BernoulliChangeDetector.WithRunLength(0, 10),
            () => BernoulliChangeDetector.WithRunLength(double.NaN, 10),
            () => BernoulliChangeDetector.WithRunLength(0.1, 1),
            () => BernoulliChangeDetector.WithRunLength(0.1, double.PositiveInfinity),
            () => BernoulliChangeDetector.WithLifetimeAlarm(0.1, 1),
            () => detector.Add(failure: true, 0),
            () => detector.Add(failure: true, double.NaN),
            () => detector.Resume(-1, 0),
            () => detector.Resume(0, double.NaN),
        ];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentOutOfRangeException>());
    }
}
