using BenchmarkDotNet.Attributes;
using Vouch.AnomalyDetection.Series;

namespace Vouch.Benchmarks.AnomalyDetection;

/// <summary>A tick of 10,000 series, per series, beside one plain exponential z-score after another, and beside the same robust score without vectors.</summary>
[MemoryDiagnoser]
public class FleetZScoreBenchmarks
{
    private const int Series = 10_000;
    private const int Ticks = 16;
    private readonly double[][] _values = new double[Ticks][];
    private readonly double[] _scores = new double[Series];
    private readonly double[] _means = new double[Series];
    private readonly double[] _variances = new double[Series];
    private readonly double[] _centres = new double[Series];
    private readonly double[] _deviations = new double[Series];
    private readonly FleetZScore _fleet = new(Series);
    private int _tick;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int tick = 0; tick < Ticks; tick++)
        {
            _values[tick] = [.. Enumerable.Range(0, Series).Select(i => (i % 100) + random.NextDouble() + random.NextDouble())];
        }

        Array.Fill(_variances, 1);
        for (int tick = 0; tick < 1_000; tick++)
        {
            PlainZScores();
            ObserveScalar();
            Observe();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Series)]
    public double PlainZScores()
    {
        double[] values = _values[_tick++ % Ticks];
        for (int i = 0; i < values.Length; i++)
        {
            double distance = values[i] - _means[i];
            _scores[i] = distance / Math.Sqrt(_variances[i]);
            _means[i] += 0.002 * distance;
            _variances[i] += 0.002 * ((distance * distance) - _variances[i]);
        }

        return _scores[^1];
    }

    /// <summary>What <see cref="FleetZScore"/> computes, one series after another.</summary>
    [Benchmark(OperationsPerInvoke = Series)]
    public double ObserveScalar()
    {
        const double Gain = 0.002;
        double[] values = _values[_tick++ % Ticks];
        for (int i = 0; i < values.Length; i++)
        {
            double centre = _centres[i];
            double deviation = _deviations[i];
            double distance = Math.Clamp(values[i], -1e150, 1e150) - centre;
            bool present = double.IsFinite(values[i]);
            bool known = deviation > 0;
            _scores[i] = present && known ? Math.Clamp(distance * 0.7978845608028654 / deviation, -1e6, 1e6) : 0;
            if (present)
            {
                double step = known ? Math.Clamp(distance, -3 * deviation, 3 * deviation) : distance / Gain;
                double spread = known ? Math.Min(Math.Abs(distance), 8 * deviation) : Math.Abs(distance);
                _centres[i] = centre + (Gain * step);
                _deviations[i] = deviation + (Gain * (spread - deviation));
            }
        }

        return _scores[^1];
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public double Observe()
    {
        _fleet.Observe(_values[_tick++ % Ticks], _scores);
        return _scores[^1];
    }
}
