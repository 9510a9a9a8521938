using Microsoft.Extensions.Options;
using Vouch.Resilience.Calls;

namespace Vouch.Resilience.Tests.Calls;

public class WorkerCallOptionsTests
{
    public static TheoryData<string, Action<WorkerCallOptions>, string> Invalid => new()
    {
        { "timeout too short", o => o.AttemptTimeout = TimeSpan.FromMilliseconds(9), "AttemptTimeout*00:00:00.010*1.00:00:00*" },
        { "timeout infinite", o => o.AttemptTimeout = Timeout.InfiniteTimeSpan, "AttemptTimeout*" },
        { "hedge zero", o => o.HedgeAfter = TimeSpan.Zero, "HedgeAfter*00:00:00.001*" },
        { "hedges", o => o.MaxHedges = 11, "MaxHedges*0*10*" },
        { "retries", o => o.MaxRetries = -1, "MaxRetries*0*20*" },
        { "attempts", o => o.MaxAttempts = 0, "MaxAttempts*1*100*" },
        { "base delay", o => o.RetryBaseDelay = TimeSpan.FromSeconds(-1), "RetryBaseDelay*" },
        { "max delay", o => o.RetryMaxDelay = TimeSpan.FromHours(2), "RetryMaxDelay*01:00:00*" },
        { "ratio", o => o.BreakerFailureRatio = 0, "BreakerFailureRatio*0.01*1*" },
        { "ratio not a number", o => o.BreakerFailureRatio = double.NaN, "BreakerFailureRatio*" },
        { "throughput", o => o.BreakerMinimumThroughput = 1, "BreakerMinimumThroughput*2*" },
        { "sampling", o => o.BreakerSamplingDuration = TimeSpan.FromDays(2), "BreakerSamplingDuration*" },
        { "break", o => o.BreakerBreakDuration = TimeSpan.FromMilliseconds(499), "BreakerBreakDuration*00:00:00.500*" },
        { "idle", o => o.IdleTimeout = TimeSpan.Zero, "IdleTimeout*" },
        { "workers", o => o.MaxWorkers = 0, "MaxWorkers*1*" },
        { "classifier", o => o.ErrorClassifier = null!, "ErrorClassifier*" },
        { "hedge after timeout", o => o.HedgeAfter = o.AttemptTimeout, "HedgeAfter (00:00:30) must be below AttemptTimeout (00:00:30)*" },
        { "retries use up attempts", o => o.MaxRetries = 4, "MaxAttempts (4) must be above MaxRetries (4)*" },
        { "delays", o => o.RetryMaxDelay = TimeSpan.FromMilliseconds(99), "RetryMaxDelay*must be at least RetryBaseDelay*" },
        { "window", o => o.AttemptTimeout = TimeSpan.FromSeconds(61), "BreakerSamplingDuration (00:02:00) must be at least twice AttemptTimeout (00:01:01)*" },
        { "idle below timeout", o => o.IdleTimeout = TimeSpan.FromSeconds(30), "IdleTimeout (00:00:30) must be above AttemptTimeout*" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Constructor_InvalidOptions_NamesOptionAndRange(string what, Action<WorkerCallOptions> spoil, string message)
    {
        var options = new WorkerCallOptions();
        spoil(options);

        Action construct = () => new WorkerCallPipeline(options).Dispose();

        construct.Should().Throw<OptionsValidationException>(what).Which.Failures.Should().ContainMatch("*" + message);
    }

    [Fact]
    public void Constructor_ExtremesOfTheRanges_AreAccepted()
    {
        var least = new WorkerCallOptions
        {
            AttemptTimeout = TimeSpan.FromMilliseconds(10),
            HedgeAfter = TimeSpan.FromMilliseconds(1),
            MaxHedges = 0,
            MaxRetries = 0,
            MaxAttempts = 1,
            RetryBaseDelay = TimeSpan.Zero,
            RetryMaxDelay = TimeSpan.Zero,
            BreakerFailureRatio = 0.01,
            BreakerMinimumThroughput = 2,
            BreakerSamplingDuration = TimeSpan.FromMilliseconds(500),
            BreakerBreakDuration = TimeSpan.FromMilliseconds(500),
            IdleTimeout = TimeSpan.FromSeconds(1),
            MaxWorkers = 1,
        };
        var most = new WorkerCallOptions
        {
            AttemptTimeout = TimeSpan.FromHours(12),
            HedgeAfter = TimeSpan.FromHours(11),
            MaxHedges = 10,
            MaxRetries = 20,
            MaxAttempts = 100,
            RetryBaseDelay = TimeSpan.FromHours(1),
            RetryMaxDelay = TimeSpan.FromHours(1),
            BreakerFailureRatio = 1,
            BreakerMinimumThroughput = 1_000_000,
            BreakerSamplingDuration = TimeSpan.FromDays(1),
            BreakerBreakDuration = TimeSpan.FromDays(1),
            IdleTimeout = TimeSpan.FromDays(30),
            MaxWorkers = 10_000_000,
        };

        foreach (WorkerCallOptions options in new[] { least, most })
        {
            using var bench = new CallBench();
            using var pipeline = new WorkerCallPipeline(options, bench.Time);
            pipeline.ExecuteAsync(CallBench.Ids("a"), static (_, state, _) => new ValueTask<int>(state), 3).AsTask().Done().Value.Should().Be(3);
        }
    }

    [Fact]
    public void Constructor_OptionsChangeAfterwards_KeepsItsCopy()
    {
        var options = new WorkerCallOptions();
        using var pipeline = new WorkerCallPipeline(options);
        string before = pipeline.Describe();

        options.AttemptTimeout = TimeSpan.FromSeconds(1);

        pipeline.Describe().Should().Be(before);
    }
}
