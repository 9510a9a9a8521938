using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Series;

public sealed partial class SeriesRegistry
{
    /// <summary>Judges one value of each of many series at one time.</summary>
    /// <param name="series">The series' numbers. A series that is named twice is given both values, in this order.</param>
    /// <param name="timestamp">When the values were measured.</param>
    /// <param name="values">A value for each number; NaN and infinities count as missing.</param>
    /// <param name="results">Takes a judgement for each number; at least as long as <paramref name="series"/>.</param>
    /// <param name="threads">How many threads share the work, in [1, 1,024]. The results do not depend on it.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is out of range, or there is no series with one of the numbers; then no value was learnt.</exception>
    public void ObserveBatch(
        ReadOnlyMemory<int> series, DateTimeOffset timestamp, ReadOnlyMemory<double> values, Memory<Observation> results, int threads = 1)
    {
        if (values.Length != series.Length || results.Length < series.Length)
        {
            throw new ArgumentException($"{series.Length} series need as many values ({values.Length}) and room for as many results ({results.Length}).", nameof(values));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1_024);
        foreach (int number in series.Span)
        {
            if (ShardOf(number).Names[number & (SeriesShard.Length - 1)] is null)
            {
                throw Unknown(number);
            }
        }

        double budget = _settings.BudgetOf(Count);
        float caution = Caution(timestamp.UtcTicks);
        if (threads == 1)
        {
            ObservePart(series.Span, timestamp, values.Span, results.Span, budget, caution, 0, 1);
        }
        else
        {
            // Each thread takes whole shards: a series has its values in order, whichever thread that is.
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
                ObservePart(series.Span, timestamp, values.Span, results.Span, budget, caution, part, threads));
        }

        // Alarms are numbered in the order of the batch.
        ReadOnlySpan<Observation> found = results.Span[..series.Length];
        long missing = 0;
        for (int i = 0; i < found.Length; i++)
        {
            missing += found[i].State == AnomalyState.NoData ? 1 : 0;
            CountWithheld(found[i]);
            if (found[i].IsAlarm && ShardOf(series.Span[i]).Names[series.Span[i] & (SeriesShard.Length - 1)] is { } name)
            {
                Raise(name, timestamp, values.Span[i], found[i]);
            }
        }

        Interlocked.Add(ref _observations, found.Length);
        Interlocked.Add(ref _missing, missing);
        _metrics?.Observed(found.Length);
    }

    private void ObservePart(
        ReadOnlySpan<int> series, DateTimeOffset timestamp, ReadOnlySpan<double> values, Span<Observation> results, double budget, float caution, int part, int parts)
    {
        long ticks = timestamp.UtcTicks;
        int i = 0;
        while (i < series.Length)
        {
            int index = series[i] >> SeriesShard.Bits;
            int end = i + 1;
            while (end < series.Length && series[end] >> SeriesShard.Bits == index)
            {
                end++;
            }

            if (index % parts == part)
            {
                SeriesShard shard = ShardOf(series[i]);
                lock (shard.Gate)
                {
                    for (int k = i; k < end; k++)
                    {
                        int slot = series[k] & (SeriesShard.Length - 1);
                        results[k] = SeriesKernel.Observe(ref shard.States[slot], shard.Profile(slot), _settings, budget, caution, ticks, values[k]);
                    }
                }
            }

            i = end;
        }
    }
}
