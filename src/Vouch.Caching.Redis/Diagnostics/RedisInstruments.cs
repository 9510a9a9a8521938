using System.Diagnostics.Metrics;
using Vouch.Caching.Redis.Protocol;

namespace Vouch.Caching.Redis.Diagnostics;

/// <summary>The package's instruments.</summary>
internal sealed class RedisInstruments
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _losses;

    public RedisInstruments(IMeterFactory factory)
    {
        Meter meter = factory.Create(CachingRedisTelemetry.MeterName);
        _duration = meter.CreateHistogram(
            CachingRedisTelemetry.DurationInstrument,
            "s",
            "From sending commands until the last reply.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });
        _commands = meter.CreateCounter<long>(CachingRedisTelemetry.CommandsInstrument, "{command}", "Commands sent.");
        _attempts = meter.CreateCounter<long>(CachingRedisTelemetry.ConnectionsInstrument, "{attempt}", "Attempts to connect.");
        _losses = meter.CreateCounter<long>(CachingRedisTelemetry.LostInstrument, "{connection}", "Connections lost.");
    }

    public void Answered(TimeSpan duration, RedisValue[] replies)
    {
        _duration.Record(duration.TotalSeconds);
        if (_commands.Enabled)
        {
            int refused = replies.Count(static reply => reply.Kind == RedisValueKind.Error);
            Count(_commands, replies.Length - refused, "succeeded");
            Count(_commands, refused, "refused");
        }
    }

    public void Failed(TimeSpan duration, int commands, Exception failure)
    {
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(CachingRedisTelemetry.ErrorTypeTag, failure.GetType().FullName));
        Count(_commands, commands, "failed");
    }

    public void Attempted(bool succeeded) => Count(_attempts, 1, succeeded ? "succeeded" : "failed");

    public void Lost() => _losses.Add(1);

    private static void Count(Counter<long> counter, long count, string outcome)
    {
        if (count > 0)
        {
            counter.Add(count, new KeyValuePair<string, object?>(CachingRedisTelemetry.OutcomeTag, outcome));
        }
    }
}
