using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Diagnostics;
using Vouch.Resilience.Tests.Calls;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Diagnostics;

public class TelemetryTests
{
    [Fact]
    public void ExecuteAsync_Listeners_SeeAttemptsHedgesBreakersAndLogs()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var time = new ManualTimeProvider();
        var lines = new ConcurrentQueue<string>();
        using ServiceProvider provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new LineLogger(lines)))
            .AddVouchResilience(static options =>
            {
                (options.MaxRetries, options.BreakerMinimumThroughput, options.HedgeAfter) = (0, 2, TimeSpan.FromSeconds(1));
            })
            .BuildServiceProvider();
        using var pipeline = provider.GetRequiredService<WorkerCallPipeline>();
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = Listen(provider.GetRequiredService<IMeterFactory>(), counts);

        for (int i = 0; i < 3; i++)
        {
            Call(pipeline, static (_, _, _) => throw new IOException(), "broken");
        }

        Task<CallOutcome<int>> hedged = Call(pipeline, static (worker, _, _) => new ValueTask<int>(worker.Value == "fast" ? Task.FromResult(1) : new TaskCompletionSource<int>().Task), "slow", "fast");
        time.Advance(TimeSpan.FromSeconds(5));
        hedged.Done().Succeeded.Should().BeTrue();
        Call(pipeline, static (_, _, _) => new ValueTask<int>(1), "broken").Done().Succeeded.Should().BeTrue("the break is over");

        counts.Should().BeEquivalentTo(new Dictionary<string, long>
        {
            ["vouch.resilience.attempts|failed|transient"] = 2,
            ["vouch.resilience.attempts|breaker_open|overload"] = 1,
            ["vouch.resilience.attempts|outrun|cancelled"] = 1,
            ["vouch.resilience.attempts|succeeded"] = 2,
            ["vouch.resilience.hedges"] = 1,
            ["vouch.resilience.breaker.transitions|open"] = 1,
            ["vouch.resilience.breaker.transitions|closed"] = 1,
        });
        lines.Should().Contain("Warning: The breaker of worker broken opened: calls to it are refused for 00:00:05.")
            .And.Contain("Information: The breaker of worker broken closed: calls to it pass again.")
            .And.Contain("Debug: Asking worker fast as well: no answer yet after 00:00:01.");
    }

    [Fact]
    public void ExecuteAsync_ActivityListener_SeesTheCall()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var seen = new ConcurrentQueue<Activity>();
        using var marker = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ResilienceTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var pipeline = new WorkerCallPipeline();

        Call(pipeline, static (_, _, _) => new ValueTask<int>(1), "a");
        Call(pipeline, static (_, _, _) => throw new NotSupportedException(), "a");

        Activity[] own = [.. seen.Where(activity => activity.TraceId == marker.TraceId)];
        own.Select(activity => (activity.DisplayName, activity.Status)).Should().Equal(
            (ResilienceTelemetry.CallActivityName, ActivityStatusCode.Unset), (ResilienceTelemetry.CallActivityName, ActivityStatusCode.Error));
        own[0].GetTagItem(ResilienceTelemetry.WorkerTag).Should().Be("a");
        own[1].GetTagItem("error.type").Should().Be("System.NotSupportedException");
    }

    private static Task<CallOutcome<int>> Call(WorkerCallPipeline pipeline, Func<WorkerId, int, CancellationToken, ValueTask<int>> call, params string[] candidates) =>
        pipeline.ExecuteAsync(CallBench.Ids(candidates), call, 0).AsTask();

    private static MeterListener Listen(IMeterFactory factory, ConcurrentDictionary<string, long> counts)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ResilienceTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string key = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                key += "|" + tag.Value;
            }

            counts.AddOrUpdate(key, value, (_, sum) => sum + value);
        });
        listener.Start();
        return listener;
    }

    private sealed class LineLogger(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
