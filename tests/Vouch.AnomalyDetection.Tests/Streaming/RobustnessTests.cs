using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

/// <summary>A million hostile streams run in the evaluation program (<c>anomaly robustness</c>); <c>VOUCH_ROBUSTNESS_STREAMS</c> sets how many run here.</summary>
public class RobustnessTests
{
    [Fact]
    public void Observe_AnyDoublesAtAnyTimes_AnswersWithNumbers()
    {
        int streams = int.TryParse(Environment.GetEnvironmentVariable("VOUCH_ROBUSTNESS_STREAMS"), out int asked) ? asked : 1_000;
        for (int stream = 0; stream < streams; stream++)
        {
            var random = new Random(stream);
            var detector = new StreamingDetector(new DetectorOptions { WarmUp = 16, FalseAlarmBudget = 1_000 });
            DateTimeOffset time = Streams.Start;
            for (int i = 0; i < 200; i++)
            {
                double value = random.Next(4) switch
                {
                    0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                    1 => random.Next(2) * Math.Pow(10, random.Next(-320, 309)),
                    2 => -1e308,
                    _ => random.NextDouble(),
                };
                time = time.AddSeconds(random.Next(-1_000, 2_000));

                Observation answer = detector.Observe(time, value);

                bool sound = answer.Score is >= 0 and <= 1 && answer.PValue is >= 0 and <= 1 && answer.Confidence is >= 0 and < 1
                    && double.IsFinite(answer.Expected) && answer.Lower <= answer.Upper;
                sound.Should().BeTrue($"stream {stream}, row {i}: {value} gave {answer}");
            }
        }
    }
}
