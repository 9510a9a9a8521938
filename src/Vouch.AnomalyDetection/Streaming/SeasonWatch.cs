using Vouch.AnomalyDetection.Seasonality;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Keeps the latest values of one series and says, rarely, at which distance in time they repeat.</summary>
internal sealed class SeasonWatch
{
    private const int Kept = 2_048;
    private const int First = 256;
    private const int Every = 8_192;

    private static readonly SeasonDetector Detector = new() { MaximumRows = Kept, MaximumSeasons = 1 };

    private readonly long[] _ticks = new long[Kept];
    private readonly double[] _values = new double[Kept];
    private long _seen;
    private long _next = First;

    /// <summary>Gets the values that are kept, the oldest first.</summary>
    public IEnumerable<(long Ticks, double Value)> Latest
    {
        get
        {
            for (long i = Math.Max(0, _seen - Kept); i < _seen; i++)
            {
                yield return (_ticks[i % Kept], _values[i % Kept]);
            }
        }
    }

    /// <summary>Takes a value; says the period in ticks where it was time to search and there is a season.</summary>
    public long? Add(long ticks, double value)
    {
        _ticks[_seen % Kept] = ticks;
        _values[_seen % Kept] = value;
        if (++_seen < _next)
        {
            return null;
        }

        _next = _seen < Kept ? 2 * _seen : _seen + Every;
        var times = new List<double>(Kept);
        var values = new List<double>(Kept);
        foreach ((long at, double kept) in Latest)
        {
            times.Add((at - ticks) / (double)TimeSpan.TicksPerSecond);
            values.Add(kept);
        }

        return Detector.Detect(times.ToArray(), values.ToArray()).Primary is { } season ? (long)(season.Period * TimeSpan.TicksPerSecond) : null;
    }
}
