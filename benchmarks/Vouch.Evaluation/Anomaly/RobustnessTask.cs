using System.Globalization;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Evaluation.Anomaly;

/// <summary>
/// Random streams with everything that goes wrong: no exception, nothing that is not a number in an answer, one alarm at most within an event's length.
/// A second count: streams with a single step of twenty deviations, how often it alarmed and how many alarms its next 1,000 values raised.
/// </summary>
internal static class RobustnessTask
{
    public static EvaluationTask Task { get; } = new(
        "anomaly", "robustness", "Hostile random streams; --streams N (default 1,000,000) of --length N (default 200).", false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int streams = int.Parse(run.Option("streams", "1000000"), CultureInfo.InvariantCulture);
        int length = int.Parse(run.Option("length", "200"), CultureInfo.InvariantCulture);
        long exceptions = 0;
        long notNumbers = 0;
        long crowded = 0;
        Parallel.For(0, streams, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, stream =>
        {
            try
            {
                Hostile(run.Seed, stream, length, ref notNumbers, ref crowded);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Interlocked.Increment(ref exceptions);
            }
        });
        int steps = Math.Max(1, streams / 1_000);
        int[] alarms = Steps(run.Seed, steps);
        return new EvaluationResult(
            [],
            new Dictionary<string, object?>
            {
                ["streams"] = streams,
                ["exceptions"] = exceptions,
                ["not_numbers"] = notNumbers,
                ["second_alarms"] = crowded,
                ["steps"] = steps,
                ["steps_alarmed_once"] = alarms[1],
                ["steps_missed"] = alarms[0],
                ["steps_alarmed_more"] = alarms[2],
            },
            exceptions == 0 && notNumbers == 0 && crowded == 0);
    }

    private static void Hostile(int seed, int stream, int length, ref long notNumbers, ref long crowded)
    {
        var random = new Random(unchecked((seed * 1_000_003) + stream));
        var detector = new StreamingDetector(new DetectorOptions { WarmUp = 16, FalseAlarmBudget = 100 });
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        double scale = Math.Pow(10, random.Next(-300, 300));
        double offset = random.Next(3) == 0 ? scale * 1e6 : 0;
        double counter = 0;
        int kind = random.Next(6);
        int lastAlarm = int.MinValue;
        for (int i = 0; i < length; i++)
        {
            time = random.Next(40) switch
            {
                0 => time,
                1 => time.AddSeconds(-random.Next(100_000)),
                2 => time.AddHours(random.Next(1_000)),
                _ => time.AddSeconds(60),
            };
            double value = kind switch
            {
                0 => offset,
                1 => offset + (scale * random.NextDouble()),
                2 => counter = random.Next(100) == 0 ? 0 : counter + random.Next(10),
                3 => (i < length / 2 ? 1 : 10) * (100 + random.NextDouble()),
                4 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                _ => random.Next(3) * scale,
            };
            value = random.Next(60) switch
            {
                0 => double.NaN,
                1 => double.PositiveInfinity,
                2 => double.NegativeInfinity,
                3 => 1e308,
                4 => -1e308,
                5 => double.Epsilon,
                6 => 0,
                _ => value,
            };
            Observation observation = random.Next(200) == 0 ? detector.Tick(time) : detector.Observe(time, value);
            bool sound = observation.Score is >= 0 and <= 1 && observation.PValue is >= 0 and <= 1 && observation.Confidence is >= 0 and <= 1
                && double.IsFinite(observation.Expected) && !double.IsNaN(observation.Lower) && !double.IsNaN(observation.Upper) && observation.Lower <= observation.Upper;
            if (!sound)
            {
                Interlocked.Increment(ref notNumbers);
            }

            if (observation.Reasons == AnomalyReasons.Gap && observation.IsAlarm)
            {
                // Silence ends an event; what comes after it may be another.
                lastAlarm = int.MinValue;
            }
            else if (observation.IsAlarm)
            {
                // High ones may follow soon where the last event is over.
                if (i - lastAlarm < 8 && lastAlarm >= 0)
                {
                    Interlocked.Increment(ref crowded);
                }

                lastAlarm = i;
            }
        }
    }

    private static int[] Steps(int seed, int count)
    {
        int[] alarms = new int[3];
        for (int stream = 0; stream < count; stream++)
        {
            var random = new Random(unchecked((seed * 7_919) + stream));
            var detector = new StreamingDetector();
            var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            int found = 0;
            for (int i = 0; i < 3_000; i++)
            {
                double noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                Observation observation = detector.Observe(time, noise + (i >= 2_000 ? 20 : 0));
                time = time.AddMinutes(5);
                found += observation.IsAlarm && i >= 2_000 ? 1 : 0;
            }

            alarms[Math.Min(2, found)]++;
        }

        return alarms;
    }
}
