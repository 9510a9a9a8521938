using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

public class DetectionModeTests
{
    public static TheoryData<DetectionMode> WithForest => [DetectionMode.Forest, DetectionMode.Ensemble, DetectionMode.Adaptive];

    /// <summary>A wave whose turn at the top is cut through: each value is usual, their order is not.</summary>
    [Theory]
    [MemberData(nameof(WithForest))]
    public void Observe_PatternWithinEveryRange_IsSeenByTheForest(DetectionMode mode)
    {
        int found = 0;
        int plain = 0;
        for (int seed = 0; seed < 5; seed++)
        {
            var random = new Random(seed);
            var detector = new StreamingDetector(new DetectorOptions { Mode = mode });
            var statistics = new StreamingDetector();
            Observation seen = default;
            for (int row = 0; row < 4_000; row++)
            {
                bool odd = row is >= 3_900 and < 3_908;
                double value = odd ? (row % 2 == 0 ? 8 : -8) : (10 * Math.Sin(row * Math.Tau / 48)) + (0.3 * Streams.Next(random));
                Observation answer = detector.Observe(Streams.At(row), value);
                plain += statistics.Observe(Streams.At(row), value) is { IsAlarm: true, Reasons: AnomalyReasons.Shape } ? 1 : 0;
                seen = odd && answer.IsAlarm ? answer : seen;
            }

            found += seen.IsAlarm ? 1 : 0;
        }

        found.Should().BeGreaterThanOrEqualTo(4);
        plain.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(WithForest))]
    public void FalseAlarmBudget_WhereNothingHappens_IsKept(DetectionMode mode)
    {
        var random = new Random(9);
        var detector = new StreamingDetector(new DetectorOptions { Mode = mode });
        int alarms = 0;
        for (int row = 0; row < 20 * 2_016; row++)
        {
            alarms += detector.Observe(Streams.At(row), Streams.Next(random)).IsAlarm && row >= 4 * 2_016 ? 1 : 0;
        }

        // One a week for sixteen weeks, and three Poisson errors.
        alarms.Should().BeLessThan(16 + 12);
    }

    [Theory]
    [MemberData(nameof(WithForest))]
    public void Observe_Spike_IsOneEventAndAnswersAreNumbers(DetectionMode mode)
    {
        var detector = new StreamingDetector(new DetectorOptions { Mode = mode });
        double[] values = Streams.Normal(2_000, 31);
        for (int i = 1_500; i < 1_510; i++)
        {
            values[i] = 40;
        }

        values[1_600] = double.NaN;
        values[1_601] = 1e300;
        Observation[] answers = [.. values.Select((value, i) => detector.Observe(Streams.At(i), value))];

        answers[1_500..1_600].Count(static answer => answer.IsAlarm).Should().BeInRange(1, 2);
        answers[1_600].State.Should().Be(AnomalyState.NoData);
        answers.Should().OnlyContain(static answer => answer.Score >= 0 && answer.Score <= 1 && answer.PValue >= 0 && answer.PValue <= 1 && answer.Lower <= answer.Upper);
        answers.Where(static answer => answer.IsAlarm).Should().OnlyContain(static answer => answer.State == AnomalyState.Anomalous && answer.Severity != AnomalySeverity.None && answer.Since != null);
    }

    [Fact]
    public void Observe_SameValuesTwice_AnswersTheSame()
    {
        double[] values = Streams.Normal(1_500, 5);
        var one = new StreamingDetector(new DetectorOptions { Mode = DetectionMode.Adaptive });
        var two = new StreamingDetector(new DetectorOptions { Mode = DetectionMode.Adaptive });
        for (int i = 0; i < values.Length; i++)
        {
            one.Observe(Streams.At(i), values[i]).Should().Be(two.Observe(Streams.At(i), values[i]));
        }
    }

    [Fact]
    public void Observe_BeforeTheFirstForest_WarmsUp()
    {
        var detector = new StreamingDetector(new DetectorOptions { Mode = DetectionMode.Forest });
        double[] values = Streams.Normal(380, 5);
        values[300] = 1e6;

        Observation[] answers = [.. values.Select((value, i) => detector.Observe(Streams.At(i), value))];

        answers.Should().OnlyContain(static answer => answer.State == AnomalyState.WarmingUp && !answer.IsAlarm);
    }

    [Fact]
    public void Direction_Up_KeepsTheForestFromAlarmsBelow()
    {
        var detector = new StreamingDetector(new DetectorOptions { Mode = DetectionMode.Forest, Direction = AlarmDirection.Up });
        double[] values = Streams.Normal(2_000, 8);
        values[1_800] = -60;

        Observation[] answers = [.. values.Select((value, i) => detector.Observe(Streams.At(i), value))];

        answers[1_800].IsAlarm.Should().BeFalse();
    }
}
