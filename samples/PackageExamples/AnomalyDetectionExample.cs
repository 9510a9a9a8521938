using Vouch.AnomalyDetection.Streaming;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.AnomalyDetection quotes.</summary>
public static class AnomalyDetectionExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        // A latency measured every five minutes for two weeks, with its daily course; on the second Friday it triples for half an hour.
        var detector = new StreamingDetector(new DetectorOptions { FalseAlarmBudget = 0.5 });
        var noise = new Random(7);
        DateTimeOffset time = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 14 * 288; i++, time = time.AddMinutes(5))
        {
            double latency = 120 + (40 * Math.Sin(i * Math.Tau / 288)) + (10 * noise.NextDouble()) + (i is >= 3_400 and < 3_406 ? 300 : 0);
            Observation observation = detector.Observe(time, latency);
            if (observation.IsAlarm)
            {
                Console.WriteLine($"{time:ddd HH:mm}: {latency:0} ms, {observation.Lower:0} to {observation.Upper:0} was usual; {observation.Severity}, {observation.Reasons}");
            }
        }
        #endregion
    }
}
