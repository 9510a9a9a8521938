using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

/// <summary>The p-values keep their promise on streams of which the detector knows nothing; ten million values of each kind run in the evaluation program.</summary>
public class CalibrationTests
{
    public static TheoryData<string> Sources => ["normal", "cauchy", "exponential", "coin", "drift", "walk"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void PValue_OnAnyStream_IsAsFrequentAsItSays(string source)
    {
        const int Count = 300_000;
        double level = 0;
        var random = new Random(17);
        var detector = new StreamingDetector();
        int[] found = new int[2];
        for (int i = 0; i < Count; i++)
        {
            double value = source switch
            {
                "normal" => Streams.Next(random),
                "cauchy" => Math.Tan(Math.PI * (random.NextDouble() - 0.5)),
                "exponential" => -Math.Log(1 - random.NextDouble()),
                "coin" => random.Next(2),
                "drift" => (level += 0.001) + Streams.Next(random),
                _ => level += Streams.Next(random),
            };
            double p = detector.Observe(Streams.At(i), value).PValue;
            found[0] += p <= 0.01 ? 1 : 0;
            found[1] += p <= 0.001 ? 1 : 0;
        }

        (found[0] / (0.01 * Count)).Should().BeInRange(0.5, 2);
        (found[1] / (0.001 * Count)).Should().BeInRange(0.5, 2);
    }
}
