using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Series;

/// <summary>The cheapest tier: a robust z-score for each of many series at every tick, computed by vector instructions over arrays; 16 bytes a series.</summary>
/// <remarks>
/// A series' centre and mean absolute deviation are exponential means whose steps are bounded (at 3 and 8 deviations), so that single outliers hardly move
/// them. The z-score is the distance from the centre in units of the standard deviation that a normal distribution with this deviation has. It is not
/// calibrated and knows neither season nor events: use it to pick the series that are worth a <see cref="Vouch.AnomalyDetection.Streaming.StreamingDetector"/>. Not safe for concurrent use.
/// </remarks>
public sealed class FleetZScore
{
    // The mean absolute deviation of a normal distribution is sqrt(2 / pi) of its standard deviation.
    private const double NormalRatio = 0.7978845608028654;
    private const double CentreBound = 3;
    private const double DeviationBound = 8;

    private readonly double[] _centres;
    private readonly double[] _deviations;
    private readonly double _slowest;
    private long _ticks;

    /// <summary>Creates the state of a number of series.</summary>
    /// <param name="series">How many series, at least 1.</param>
    /// <param name="memory">Over about how many ticks centre and deviation are taken, in [2, 1,000,000].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public FleetZScore(int series, int memory = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(series, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memory, 1_000_000);
        _centres = new double[series];
        _deviations = new double[series];
        _slowest = 1.0 / memory;
    }

    /// <summary>Gets the number of series.</summary>
    public int Count => _centres.Length;

    /// <summary>Scores a value of each series against its past, and learns it.</summary>
    /// <param name="values">A value for each series. NaN says that there is none; infinities count as none.</param>
    /// <param name="scores">Takes the z-scores: signed, clipped to [-1e6, 1e6]; 0 for a missing value, while a series' values have all been equal, and at the first tick.</param>
    /// <exception cref="ArgumentException">A length is not <see cref="Count"/>.</exception>
    public void Observe(ReadOnlySpan<double> values, Span<double> scores)
    {
        if (values.Length != Count || scores.Length != Count)
        {
            throw new ArgumentException($"There are {Count} series, {values.Length} values and room for {scores.Length} scores.", nameof(values));
        }

        _ticks++;
        if (_ticks == 1)
        {
            for (int i = 0; i < values.Length; i++)
            {
                _centres[i] = double.IsFinite(values[i]) ? Math.Clamp(values[i], -1e150, 1e150) : 0;
                scores[i] = 0;
            }

            return;
        }

        double gain = Math.Max(_slowest, 1.0 / _ticks);
        int width = Vector<double>.Count;
        ref double x = ref MemoryMarshal.GetReference(values);
        ref double z = ref MemoryMarshal.GetReference(scores);
        ref double centre = ref MemoryMarshal.GetArrayDataReference(_centres);
        ref double deviation = ref MemoryMarshal.GetArrayDataReference(_deviations);
        var gains = new Vector<double>(gain);
        var unlimited = new Vector<double>(1 / gain);
        nuint count = (nuint)values.Length;
        nuint at = 0;
        for (; at + (nuint)width <= count; at += (nuint)width)
        {
            Vector<double> c = Vector.LoadUnsafe(ref centre, at);
            Vector<double> d = Vector.LoadUnsafe(ref deviation, at);
            Step(Vector.LoadUnsafe(ref x, at), ref c, ref d, gains, unlimited).StoreUnsafe(ref z, at);
            c.StoreUnsafe(ref centre, at);
            d.StoreUnsafe(ref deviation, at);
        }

        for (int i = (int)at; i < values.Length; i++)
        {
            var c = new Vector<double>(_centres[i]);
            var d = new Vector<double>(_deviations[i]);
            scores[i] = Step(new Vector<double>(values[i]), ref c, ref d, gains, unlimited)[0];
            (_centres[i], _deviations[i]) = (c[0], d[0]);
        }
    }

    /// <summary>One value of each lane's series. One division: the rest is products, and what a series has no deviation for is chosen away by masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Step(Vector<double> now, ref Vector<double> centre, ref Vector<double> deviation, Vector<double> gain, Vector<double> unlimited)
    {
        Vector<double> distance = Vector.Min(Vector.Max(now, new Vector<double>(-1e150)), new Vector<double>(1e150)) - centre;
        Vector<double> size = Vector.Abs(distance);

        // Infinite or no number: the difference with itself is no number.
        Vector<double> present = Vector.AsVectorDouble(Vector.Equals(now - now, Vector<double>.Zero));
        Vector<double> known = Vector.AsVectorDouble(Vector.GreaterThan(deviation, Vector<double>.Zero));
        Vector<double> raw = distance * NormalRatio / deviation;
        Vector<double> score = Vector.Min(Vector.Max(raw, new Vector<double>(-1e6)), new Vector<double>(1e6));
        Vector<double> bound = deviation * CentreBound;
        Vector<double> step = Vector.ConditionalSelect(Vector.AsVectorInt64(known), Vector.Min(Vector.Max(distance, -bound), bound), distance * unlimited);
        Vector<double> spread = Vector.ConditionalSelect(Vector.AsVectorInt64(known), Vector.Min(size, deviation * DeviationBound), size);
        Vector<double> moved = centre + (gain * step);
        Vector<double> widened = deviation + (gain * (spread - deviation));
        centre = Vector.ConditionalSelect(Vector.AsVectorInt64(present), moved, centre);
        deviation = Vector.ConditionalSelect(Vector.AsVectorInt64(present), widened, deviation);
        return Vector.ConditionalSelect(Vector.AsVectorInt64(present & known), score, Vector<double>.Zero);
    }
}
