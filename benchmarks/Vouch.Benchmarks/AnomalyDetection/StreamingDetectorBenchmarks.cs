using BenchmarkDotNet.Attributes;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Benchmarks.AnomalyDetection;

/// <summary>One observation of a warm detector, beside the z-score against an exponential mean and variance: no season, no calibration, no events.</summary>
/// <remarks>Five weeks of five-minute values with a day's course, over and over; the time goes on.</remarks>
[MemoryDiagnoser]
public class StreamingDetectorBenchmarks
{
    private const int Values = 5 * 7 * 288;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private readonly double[] _values = new double[Values];
    private StreamingDetector _detector = new();
    private DateTimeOffset _time;
    private double _mean;
    private double _variance;

    [Params(SeasonMode.None, SeasonMode.Auto)]
    public SeasonMode Season { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < Values; i++)
        {
            _values[i] = 100 + (20 * Math.Sin(i * 2 * Math.PI / 288)) + (6 * (random.NextDouble() + random.NextDouble() - 1)) + (i % 1_999 == 1_998 ? 80 : 0);
        }

        _detector = new StreamingDetector(new DetectorOptions { Season = Season });
        _time = Start;
        (_mean, _variance) = (_values[0], 1);
        Observe();
        ExponentialZScore();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Values)]
    public int ExponentialZScore()
    {
        int alarms = 0;
        foreach (double value in _values)
        {
            double distance = value - _mean;
            if (Math.Abs(distance) / Math.Sqrt(_variance) > 4)
            {
                alarms++;
            }

            _mean += 0.01 * distance;
            _variance += 0.01 * ((distance * distance) - _variance);
        }

        return alarms;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Observe()
    {
        int alarms = 0;
        foreach (double value in _values)
        {
            if (_detector.Observe(_time, value).IsAlarm)
            {
                alarms++;
            }

            _time += Step;
        }

        // A long run would leave the calendar; it starts it again.
        if (_time.Year > 9_000)
        {
            _time = Start;
        }

        return alarms;
    }
}
