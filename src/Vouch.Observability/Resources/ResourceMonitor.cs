using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vouch.Observability.Resources;

/// <summary>Reads what the process uses, and says as a health check whether something runs short.</summary>
/// <remarks>Safe to share. Rates are those since the reading before, which is at most as often renewed as once per <see cref="ShortestInterval"/>: whoever reads in between shares a reading.</remarks>
public sealed class ResourceMonitor : IHealthCheck
{
    /// <summary>Readings closer together than this are one: 100 ms.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly ResourceMonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly IResourceSource _source;
    private ResourceReading? _last;
    private long _readAt;
    private TimeSpan _cpuBefore;
    private TimeSpan _pausesBefore;

    /// <summary>Initializes a monitor of this process.</summary>
    /// <param name="options">From where on resources are scarce; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public ResourceMonitor(ResourceMonitorOptions? options = null, TimeProvider? time = null)
        : this(options, time, new ProcessResources(options?.DiskPath))
    {
    }

    internal ResourceMonitor(ResourceMonitorOptions? options, TimeProvider? time, IResourceSource source)
    {
        _options = options ?? new ResourceMonitorOptions();
        ResourceMonitorOptionsValidator.ThrowIfInvalid(_options);
        _time = time ?? TimeProvider.System;
        _source = source;
    }

    /// <summary>Reads what is used now.</summary>
    public ResourceReading Read()
    {
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            if (_last is not null && _time.GetElapsedTime(_readAt, now) < ShortestInterval)
            {
                return _last;
            }

            TimeSpan cpu = _source.Cpu, pauses = _source.GcPauses;
            double elapsed = _last is null ? 0 : _time.GetElapsedTime(_readAt, now).TotalSeconds;
            (long? free, double? used) = _source.Disk;
            (long limit, double memory) = _source.Memory;
            _last = new ResourceReading(
                _time.GetUtcNow(),
                elapsed > 0 ? Math.Clamp((cpu - _cpuBefore).TotalSeconds / (elapsed * _source.Processors), 0, 1) : double.NaN,
                _source.WorkingSet,
                _source.ManagedHeap,
                limit,
                memory,
                free,
                used,
                elapsed > 0 ? Math.Clamp((pauses - _pausesBefore).TotalSeconds / elapsed, 0, 1) : 0,
                _source.Collections,
                _source.PoolThreads,
                _source.PoolQueueLength);
            (_readAt, _cpuBefore, _pausesBefore) = (now, cpu, pauses);
            return _last;
        }
    }

    /// <summary>Tells whether something runs short.</summary>
    /// <param name="context">Not used.</param>
    /// <param name="cancellationToken">Not used: reading takes no time.</param>
    /// <returns>Healthy, or degraded or unhealthy with what runs short, worst first.</returns>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Judge(Read()));

    internal HealthCheckResult Judge(ResourceReading reading)
    {
        var bad = new List<string>();
        var poor = new List<string>();
        Say(reading.MemoryUtilization >= _options.MemoryUnhealthy ? bad : reading.MemoryUtilization >= _options.MemoryDegraded ? poor : null, "memory", reading.MemoryUtilization);
        if (reading.DiskFreeBytes is { } free && free < Math.Max(_options.DiskDegradedBytes, _options.DiskUnhealthyBytes))
        {
            (free < _options.DiskUnhealthyBytes ? bad : poor).Add(string.Create(CultureInfo.InvariantCulture, $"disk has {free >> 20} MiB left"));
        }

        Say(reading.CpuUtilization >= _options.CpuDegraded ? poor : null, "processors", reading.CpuUtilization);
        Say(reading.GcPauseShare >= _options.GcPauseDegraded ? poor : null, "time in collections", reading.GcPauseShare);
        if (reading.PoolQueueLength >= _options.PoolQueueDegraded)
        {
            poor.Add(string.Create(CultureInfo.InvariantCulture, $"{reading.PoolQueueLength} work items wait for a thread"));
        }

        string text = string.Join("; ", bad.Concat(poor));
        return bad.Count > 0 ? HealthCheckResult.Unhealthy(text) : poor.Count > 0 ? HealthCheckResult.Degraded(text) : HealthCheckResult.Healthy();
    }

    private static void Say(List<string>? where, string what, double share) => where?.Add(string.Create(CultureInfo.InvariantCulture, $"{what} at {100 * share:0} %"));
}
