using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vouch.Observability.Resources;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Resources;

public sealed class ResourceMonitorTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Source _source = new();

    [Fact]
    public void Read_ThisProcess_IsPlausible()
    {
        ResourceReading reading = new ResourceMonitor().Read();

        reading.WorkingSetBytes.Should().BeGreaterThan(1 << 20);
        reading.ManagedHeapBytes.Should().BePositive();
        reading.MemoryLimitBytes.Should().BeGreaterThanOrEqualTo(reading.WorkingSetBytes);
        reading.MemoryUtilization.Should().BeInRange(0.001, 2);
        reading.DiskFreeBytes.Should().BePositive();
        reading.DiskUtilization.Should().BeInRange(0, 1);
        reading.PoolThreads.Should().BeGreaterThanOrEqualTo(0);
        reading.CpuUtilization.Should().Be(double.NaN, "there is no reading before");
    }

    [Fact]
    public void Read_Twice_GivesRatesOfTheTimeBetween()
    {
        var monitor = new ResourceMonitor(null, _time, _source);
        monitor.Read();

        _source.Cpu = TimeSpan.FromSeconds(3);
        _source.GcPauses = TimeSpan.FromSeconds(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        ResourceReading reading = monitor.Read();

        reading.CpuUtilization.Should().BeApproximately(3.0 / (2 * 4), 1e-12, "3 s of 2 s on 4 processors");
        reading.GcPauseShare.Should().BeApproximately(0.5, 1e-12);
    }

    [Fact]
    public void Read_TooSoon_IsTheSameReading()
    {
        var monitor = new ResourceMonitor(null, _time, _source);

        ResourceReading first = monitor.Read();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        monitor.Read().Should().BeSameAs(first);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        monitor.Read().Should().NotBeSameAs(first);
    }

    [Theory]
    [InlineData(0.5, 2L << 30, 0, HealthStatus.Healthy)]
    [InlineData(0.9, 2L << 30, 0, HealthStatus.Degraded)]
    [InlineData(0.99, 2L << 30, 0, HealthStatus.Unhealthy)]
    [InlineData(0.5, 1L << 29, 0, HealthStatus.Degraded)]
    [InlineData(0.5, 1L << 20, 0, HealthStatus.Unhealthy)]
    [InlineData(0.5, 2L << 30, 5_000, HealthStatus.Degraded)]
    public async Task CheckHealthAsync_SomethingRunsShort_SaysSo(double memory, long free, long queue, HealthStatus expected)
    {
        (_source.Used, _source.Free, _source.PoolQueueLength) = (memory, free, queue);

        HealthCheckResult result = await new ResourceMonitor(null, _time, _source).CheckHealthAsync(new HealthCheckContext());

        result.Status.Should().Be(expected);
        string.IsNullOrEmpty(result.Description).Should().Be(expected == HealthStatus.Healthy);
    }

    [Fact]
    public async Task CheckHealthAsync_DiskCannotBeRead_DoesNotGuess()
    {
        _source.Free = null;

        (await new ResourceMonitor(null, _time, _source).CheckHealthAsync(new HealthCheckContext())).Status.Should().Be(HealthStatus.Healthy);
        new ResourceMonitor(new ResourceMonitorOptions { DiskPath = "/no/such\0path" }).Read().DiskFreeBytes.Should().BeNull();
    }

    private sealed class Source : IResourceSource
    {
        public int Processors => 4;

        public TimeSpan Cpu { get; set; }

        public TimeSpan GcPauses { get; set; }

        public long WorkingSet => 1 << 28;

        public long ManagedHeap => 1 << 26;

        public double Used { get; set; } = 0.5;

        public long? Free { get; set; } = 2L << 30;

        public (long Limit, double Used) Memory => (1L << 32, Used);

        (long? Free, double? Used) IResourceSource.Disk => (Free, Free is null ? null : 0.5);

        public long Collections => 7;

        public int PoolThreads => 8;

        public long PoolQueueLength { get; set; }
    }
}
