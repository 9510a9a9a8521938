using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Vouch.Observability.Events;
using Vouch.Observability.Health;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Health;

public sealed class HealthMonitorTests
{
    private static readonly HealthCheckResult Good = HealthCheckResult.Healthy();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task CheckAsync_NoComponents_IsHealthy()
    {
        using var monitor = new HealthMonitor([], time: _time);

        SystemHealth health = await monitor.CheckAsync();

        health.State.Should().Be(HealthState.Healthy);
        health.Score.Should().Be(1);
        health.Reasons.Should().BeEmpty();
    }

    [Fact]
    public async Task CheckAsync_CheckHangs_IsNoticedAtItsDeadlineAndNotStartedAgain()
    {
        int starts = 0;
        var never = new TaskCompletionSource<HealthCheckResult>();
        var started = new SemaphoreSlim(0);
        using var monitor = new HealthMonitor([Checked("stuck", _ => { starts++; started.Release(); return never.Task; })], new HealthMonitorOptions { MinimumInterval = TimeSpan.Zero }, _time);

        Task<SystemHealth> asked = monitor.CheckAsync();
        await started.WaitAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        asked.IsCompleted.Should().BeFalse();
        SystemHealth health = await AdvanceUntil(asked);
        SystemHealth again = await monitor.CheckAsync();

        health.State.Should().Be(HealthState.Unhealthy);
        health.Components[0].Cause.Should().Be(HealthCause.TimedOut);
        again.Components[0].Cause.Should().Be(HealthCause.TimedOut);
        starts.Should().Be(1, "a check that hangs is not joined by a second one");
        never.SetResult(Good);
    }

    [Fact]
    public async Task CheckAsync_CheckBlocksItsThread_IsNoticedAllTheSame()
    {
        using var release = new ManualResetEventSlim();
        var started = new SemaphoreSlim(0);
        using var monitor = new HealthMonitor([Checked("blocks", _ => { started.Release(); release.Wait(CancellationToken.None); return Task.FromResult(Good); })], time: _time);

        Task<SystemHealth> asked = monitor.CheckAsync();
        await started.WaitAsync();
        SystemHealth health = await AdvanceUntil(asked);
        release.Set();

        health.Components[0].Cause.Should().Be(HealthCause.TimedOut);
    }

    [Fact]
    public async Task CheckAsync_CheckThrows_SaysTheTypeOnly()
    {
        using var monitor = new HealthMonitor([Checked("throws", _ => throw new InvalidOperationException("secret"))], time: _time);

        SystemHealth health = await monitor.CheckAsync();

        health.Components[0].Should().BeEquivalentTo(new { State = HealthState.Unhealthy, Cause = HealthCause.Threw, Error = "InvalidOperationException" });
        health.ToString().Should().NotContain("secret");
        health.Reasons.Should().Equal("throws is unhealthy: its check failed");
    }

    [Fact]
    public async Task CheckAsync_AskedByManyAtOnce_RunsOnce()
    {
        int runs = 0;
        var gate = new TaskCompletionSource<HealthCheckResult>();
        using var monitor = new HealthMonitor([Checked("slow", _ => { Interlocked.Increment(ref runs); return gate.Task; })], time: _time);

        Task<SystemHealth>[] asked = [.. Enumerable.Range(0, 50).Select(_ => monitor.CheckAsync())];
        gate.SetResult(Good);
        await Task.WhenAll(asked);

        runs.Should().Be(1);
    }

    [Fact]
    public async Task CheckAsync_CancelledByTheCaller_LetsOthersGoOn()
    {
        var gate = new TaskCompletionSource<HealthCheckResult>();
        using var monitor = new HealthMonitor([Checked("slow", _ => gate.Task)], time: _time);
        using var source = new CancellationTokenSource();

        Task<SystemHealth> impatient = monitor.CheckAsync(cancellationToken: source.Token);
        Task<SystemHealth> patient = monitor.CheckAsync();
        await source.CancelAsync();
        gate.SetResult(Good);

        await FluentActions.Awaiting(() => impatient).Should().ThrowAsync<OperationCanceledException>();
        (await patient).State.Should().Be(HealthState.Healthy);
    }

    [Fact]
    public void Read_ReportGrowsOld_IsUnknown()
    {
        using var monitor = new HealthMonitor([new HealthComponent("worker") { Expiry = TimeSpan.FromSeconds(30) }], time: _time);

        HealthState before = monitor.Read().State;
        monitor.Report("worker", HealthState.Healthy);
        _time.Advance(TimeSpan.FromSeconds(30));
        HealthState fresh = monitor.Read().State;
        _time.Advance(TimeSpan.FromTicks(1));
        SystemHealth stale = monitor.Read();

        before.Should().Be(HealthState.Unknown);
        fresh.Should().Be(HealthState.Healthy);
        stale.State.Should().Be(HealthState.Unknown);
        stale.Passes.Should().BeFalse();
        stale.Components[0].Cause.Should().Be(HealthCause.Expired);
    }

    [Fact]
    public void Read_WallClockSteps_ExpiresByTheMonotonicClock()
    {
        using var monitor = new HealthMonitor([new HealthComponent("worker")], time: _time);
        monitor.Report("worker", HealthState.Healthy);

        _time.StepWallClock(TimeSpan.FromHours(2));

        monitor.Read().State.Should().Be(HealthState.Healthy);
    }

    [Fact]
    public void Report_Hysteresis_FollowsOnlyAfterEnoughInARow()
    {
        using var monitor = new HealthMonitor([new HealthComponent("worker")], new HealthMonitorOptions { WorseAfter = 2, BetterAfter = 3 }, _time);
        HealthState Told(HealthState state)
        {
            monitor.Report("worker", state);
            return monitor.Read().State;
        }

        Told(HealthState.Healthy).Should().Be(HealthState.Healthy);
        Told(HealthState.Unhealthy).Should().Be(HealthState.Healthy);
        Told(HealthState.Healthy).Should().Be(HealthState.Healthy);
        Told(HealthState.Unhealthy).Should().Be(HealthState.Healthy, "the one before was forgotten");
        Told(HealthState.Degraded).Should().Be(HealthState.Degraded, "two in a row were at least degraded");
        Told(HealthState.Healthy).Should().Be(HealthState.Degraded);
        Told(HealthState.Healthy).Should().Be(HealthState.Degraded);
        monitor.Read().Components[0].Cause.Should().Be(HealthCause.Recovering);
        Told(HealthState.Healthy).Should().Be(HealthState.Healthy);
    }

    [Fact]
    public void Report_UnknownName_Throws()
    {
        using var monitor = new HealthMonitor([], time: _time);

        FluentActions.Invoking(() => monitor.Report("nobody", HealthState.Healthy)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Constructor_TwoOfOneName_Throws() =>
        FluentActions.Invoking(() => new HealthMonitor([new HealthComponent("a"), new HealthComponent("A")])).Should().Throw<ArgumentException>();

    [Fact]
    public void Read_Probes_AskTheirOwnComponents()
    {
        using var monitor = new HealthMonitor(
            [
                Tagged("loop", HealthTags.Liveness),
                Tagged("database", HealthTags.Readiness),
                Tagged("plain"),
                Tagged("warm-up", HealthTags.Startup),
            ],
            time: _time);
        string[] Names(HealthProbe probe) => [.. monitor.Read(probe).Components.Select(component => component.Name).Order()];

        Names(HealthProbe.All).Should().Equal("database", "loop", "plain", "warm-up");
        Names(HealthProbe.Liveness).Should().Equal("loop");
        Names(HealthProbe.Readiness).Should().Equal("database", "plain", "warm-up");
        Names(HealthProbe.Startup).Should().Equal("warm-up");

        monitor.Report("warm-up", HealthState.Healthy);
        Names(HealthProbe.Readiness).Should().Equal("database", "plain");
        monitor.Report("warm-up", HealthState.Unhealthy);
        monitor.Read(HealthProbe.Startup).State.Should().Be(HealthState.Healthy, "what has started has started");
        monitor.Read().State.Should().Be(HealthState.Unhealthy);
    }

    [Fact]
    public async Task Start_PollsAndLogsChanges()
    {
        var events = new EventLog(time: _time);
        bool well = true;
        int runs = 0;
        using var monitor = new HealthMonitor([Checked("disk", _ => { Interlocked.Increment(ref runs); return Task.FromResult(well ? Good : HealthCheckResult.Unhealthy()); })], time: _time, events: events);

        monitor.Start();
        await Until(() => { _time.Advance(TimeSpan.Zero); return monitor.Read().State == HealthState.Healthy; });
        well = false;
        await Until(() => { _time.Advance(TimeSpan.FromSeconds(15)); return monitor.Read().State == HealthState.Unhealthy; });

        runs.Should().BeGreaterThan(1);
        events.Read().Select(logged => logged.Message).Should().Contain("disk is healthy (was Unknown)").And.Contain("disk is unhealthy (was Healthy)");
    }

    [Fact]
    public async Task AddVouchObservability_ChecksOfTheHost_AreWatched()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddCheck("critical", () => Good).Add(new HealthCheckRegistration("extra", new Throwing(), HealthStatus.Degraded, [HealthTags.Readiness]));
        services.AddVouchObservability(options => options.Health.WatchResources = false);
        services.AddHealthComponent(new HealthComponent("pushed") { IsCritical = false });
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        HealthMonitor monitor = provider.GetRequiredService<HealthMonitor>();
        SystemHealth health = await monitor.CheckAsync();

        health.Components.Select(component => component.Name).Should().Equal("critical", "pushed", "extra");
        health.State.Should().Be(HealthState.Degraded);
        health.Components[2].Should().BeEquivalentTo(new { State = HealthState.Degraded, IsCritical = false, Cause = HealthCause.Threw });
    }

    [Fact]
    public async Task AddVouchObservability_HostStarts_PollsWhatIsRegisteredAndTheResourcesOfTheProcess()
    {
        var ran = new SemaphoreSlim(0);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddHealthChecks().AddCheck("disk", () => { ran.Release(); return Good; });
        services.AddVouchObservability().AddVouchObservability();
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        IHostedService host = provider.GetServices<IHostedService>().OfType<HealthMonitorHost>().Single();
        HealthMonitor monitor = provider.GetRequiredService<HealthMonitor>();

        await host.StartAsync(CancellationToken.None);
        await Until(() => { _time.Advance(TimeSpan.FromSeconds(15)); return ran.CurrentCount >= 2; });
        await host.StopAsync(CancellationToken.None);

        ComponentHealth resources = (await monitor.CheckAsync()).Components.Single(component => component.Name == "resources");
        resources.IsCritical.Should().BeFalse();
        resources.State.Should().NotBe(HealthState.Unknown);
    }

    [Fact]
    public async Task AddVouchObservability_HostHasItsOwnResourcesCheck_KeepsThat()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddCheck("Resources", () => Good);
        services.AddVouchObservability(options => options.Health.StartWithHost = false);
        await using ServiceProvider provider = services.BuildServiceProvider();

        provider.GetRequiredService<HealthMonitor>().Components.Select(component => component.Name).Should().Equal("Resources");
    }

    [Fact]
    public async Task Instruments_ComponentChanges_TellTheChangeAndTheScores()
    {
        var services = new ServiceCollection();
        services.AddVouchObservability(options => options.Health.WatchResources = false).AddHealthComponent(new HealthComponent("pushed"));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IMeterFactory factory = provider.GetRequiredService<IMeterFactory>();
        HealthMonitor monitor = provider.GetRequiredService<HealthMonitor>();
        var seen = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == factory) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Text(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Text(tags))));
        listener.Start();

        monitor.Report("pushed", HealthState.Healthy);
        listener.RecordObservableInstruments();

        seen.Should().Contain(("vouch.health.changes", 1, "vouch.health.component=pushed,vouch.health.state=healthy"))
            .And.Contain(("vouch.health.score", 1, ""))
            .And.Contain(("vouch.health.component.score", 1, "vouch.health.component=pushed,vouch.health.state=healthy"));

        static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
    }

    private sealed class Throwing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => throw new InvalidOperationException();
    }

    private static HealthComponent Checked(string name, Func<CancellationToken, Task<HealthCheckResult>> check) => new(name, check);

    private static HealthComponent Tagged(string name, params string[] tags) => new(name) { Tags = tags.ToFrozenSet() };

    // The deadline's timer is set on a thread of the pool: time moves until it was.
    private async Task<SystemHealth> AdvanceUntil(Task<SystemHealth> asked)
    {
        await Until(() => { _time.Advance(TimeSpan.FromSeconds(1)); return asked.IsCompleted; });
        return await asked;
    }

    private static async Task Until(Func<bool> holds)
    {
        for (int i = 0; i < 20_000 && !holds(); i++)
        {
            await Task.Delay(1);
        }

        holds().Should().BeTrue();
    }
}
