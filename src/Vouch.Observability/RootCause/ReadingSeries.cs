namespace Vouch.Observability.RootCause;

/// <summary>The readings of one metric of one service in order of time, on a logarithmic scale, with their variances about the level of the whole window and about the readings just before.</summary>
internal sealed class ReadingSeries
{
    /// <summary>How many readings before a run are its recent level.</summary>
    public const int Recent = 5;

    /// <summary>How few readings make a level.</summary>
    public const int Fewest = 3;

    private readonly long[] _at;
    private readonly double[] _logs;

    public ReadingSeries(List<(long At, double Value)> readings, double negligible)
    {
        readings.Sort();
        _at = [.. readings.Select(reading => reading.At)];
        _logs = [.. readings.Select(reading => Math.Log(reading.Value + negligible))];
        Level = readings.Average(reading => reading.Value);
    }

    public double Level { get; }

    public int Count => _logs.Length;

    public ReadOnlySpan<double> Logs => _logs;

    public long First => _at[0];

    public IEnumerable<long> Spacings => _at.Zip(_at.Skip(1), (before, after) => after - before);

    /// <summary>The variance about the mean; 0 for fewer than two readings.</summary>
    public double Variance => Spread(_logs);

    /// <summary>The variance of a reading about the mean of those just before it, and how many readings have such.</summary>
    public (double Variance, int Count) RecentVariance(long gap)
    {
        double squares = 0;
        int count = 0;
        for (int i = Fewest; i < _logs.Length; i++)
        {
            int before = Before(i, _at[i], gap);
            if (before >= Fewest)
            {
                double difference = _logs[i] - Mean(_logs.AsSpan(i - before, before));
                squares += difference * difference / (1 + (1.0 / before));
                count++;
            }
        }

        return (count == 0 ? 0 : squares / count, count);
    }

    /// <summary>The readings just before a moment, at most <see cref="Recent"/> with no gap between; empty where there are too few.</summary>
    public ReadOnlySpan<double> Recently(long at, long gap)
    {
        int end = Array.BinarySearch(_at, at);
        end = end < 0 ? ~end : end;
        int before = Before(end, at, gap);
        return before < Fewest ? [] : _logs.AsSpan(end - before, before);
    }

    /// <summary>The readings just before a run of this series; empty where there are too few or the run has a gap.</summary>
    public ReadOnlySpan<double> RecentlyBefore(int start, int run, long gap)
    {
        for (int i = start + 1; i < start + run; i++)
        {
            if (_at[i] - _at[i - 1] > gap)
            {
                return [];
            }
        }

        int before = Before(start, _at[start], gap);
        return before < Fewest ? [] : _logs.AsSpan(start - before, before);
    }

    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    public static double Spread(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return squares / Math.Max(1, values.Length - 1);
    }

    private int Before(int end, long at, long gap)
    {
        int count = 0;
        while (count < Recent && end - count - 1 >= 0 && at - _at[end - count - 1] <= gap)
        {
            at = _at[end - count - 1];
            count++;
        }

        return count;
    }
}
