using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Observability.Diagnostics;
using Vouch.Observability.Events;

namespace Vouch.Observability.Health;

/// <summary>Watches the components of a system: runs their checks, takes their reports, and answers how the whole is.</summary>
/// <remarks>
/// <para>
/// A check runs once at a time however many ask, is given up at its deadline and not started again while it hangs; its result answers for <see cref="HealthMonitorOptions.MinimumInterval"/>. A component that
/// stops reporting is unknown after its expiry. States change only after several reports in a row (<see cref="HealthMonitorOptions.WorseAfter"/>, <see cref="HealthMonitorOptions.BetterAfter"/>).
/// </para>
/// <para>Safe to share. All durations are measured by the monotonic clock of the time provider.</para>
/// </remarks>
public sealed class HealthMonitor : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HealthMonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EventLog? _events;
    private readonly HealthMetrics? _metrics;
    private readonly FrozenDictionary<string, ComponentCell> _cells;
    private readonly ComponentCell[] _order;
    private readonly HealthState[] _announced;
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>Initializes a monitor.</summary>
    /// <param name="components">What it watches; names are unique without regard to case.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Where changes of state are logged; null for nowhere.</param>
    /// <param name="events">Where changes of state are kept; null for nowhere.</param>
    /// <param name="meters">Makes the instruments; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="components"/> is null.</exception>
    /// <exception cref="ArgumentException">Two components have one name.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public HealthMonitor(
        IEnumerable<HealthComponent> components,
        HealthMonitorOptions? options = null,
        TimeProvider? time = null,
        ILogger<HealthMonitor>? logger = null,
        EventLog? events = null,
        IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(components);
        _options = options ?? new HealthMonitorOptions();
        HealthMonitorOptionsValidator.ThrowIfInvalid(_options);
        _time = time ?? TimeProvider.System;
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _events = events;
        _order = [.. components.Select(component => new ComponentCell(component, _options, _time))];
        if (_order.GroupBy(cell => cell.Component.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"There are two components of the name '{twice.Key}'.", nameof(components));
        }

        _cells = _order.ToFrozenDictionary(cell => cell.Component.Name, StringComparer.OrdinalIgnoreCase);
        _announced = new HealthState[_order.Length];
        Array.Fill(_announced, HealthState.Unknown);
        _metrics = meters is null ? null : new HealthMetrics(meters, this);
    }

    /// <summary>Gets the components that are watched.</summary>
    public IReadOnlyList<HealthComponent> Components => [.. _order.Select(cell => cell.Component)];

    /// <summary>Runs the checks that a probe asks for, where they are not fresh, and answers it.</summary>
    /// <param name="probe">What is asked.</param>
    /// <param name="cancellationToken">Ends the waiting, not the checks.</param>
    /// <returns>The answer, after the longest time-out of the checks at the latest.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public async Task<SystemHealth> CheckAsync(HealthProbe probe = HealthProbe.All, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.WhenAll(_order.Where(cell => Answers(cell, probe)).Select(cell => cell.RunAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Read(probe);
    }

    /// <summary>Answers from what is known, without running anything; results that have grown old are unknown.</summary>
    /// <param name="probe">What is asked.</param>
    public SystemHealth Read(HealthProbe probe = HealthProbe.All)
    {
        Announce();
        ComponentHealth[] components = [.. _order.Where(cell => Answers(cell, probe)).Select(cell => Seen(cell, probe))
            .OrderByDescending(component => component.IsCritical).ThenBy(component => component.Score).ThenBy(component => component.State).ThenBy(component => component.Name, StringComparer.Ordinal)];
        string[] reasons = [.. components.Where(component => component.State != HealthState.Healthy || component.Cause == HealthCause.Wavering || component.Score < 1).Select(component => component.Reason)];
        return new SystemHealth(probe, HealthScore.StateOf(components), HealthScore.Of(components, _options.AuxiliaryShare), _time.GetUtcNow(), reasons, components);
    }

    /// <summary>Takes the report of a component about itself.</summary>
    /// <param name="name">The name of the component.</param>
    /// <param name="state">How it is.</param>
    /// <param name="description">Why, where there is something to say.</param>
    /// <exception cref="ArgumentException">There is no component of the name.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="state"/> is not a state.</exception>
    public void Report(string name, HealthState state, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_cells.TryGetValue(name, out ComponentCell? cell))
        {
            throw new ArgumentException($"There is no component of the name '{name}'.", nameof(name));
        }

        if (state is < HealthState.Unhealthy or > HealthState.Healthy)
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "This is no state.");
        }

        cell.Report(new ComponentCell.Observation(state, HealthCause.Reported, 1, TimeSpan.Zero, description, null));
        Announce();
    }

    /// <summary>Begins to run all checks every <see cref="HealthMonitorOptions.PollInterval"/>, so that changes are logged though nobody asks. Calling it again changes nothing.</summary>
    /// <exception cref="ObjectDisposedException">The monitor was disposed.</exception>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _timer ??= _time.CreateTimer(static state => _ = ((HealthMonitor)state!).PollAsync(), this, TimeSpan.Zero, _options.PollInterval);
        }
    }

    /// <summary>Stops polling, until it is started again. Checks that run are left to end.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Stops polling for good. Checks that run are left to end.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }

        _metrics?.Dispose();
    }

    // Nothing in here throws: what checks throw is their answer.
    private async Task PollAsync()
    {
        await Task.WhenAll(_order.Select(cell => cell.RunAsync())).ConfigureAwait(false);
        Announce();
    }

    private void Announce()
    {
        for (int i = 0; i < _order.Length; i++)
        {
            ComponentHealth now = _order[i].Read();
            HealthState before;
            lock (_lock)
            {
                before = _announced[i];
                _announced[i] = now.State;
            }

            if (before != now.State)
            {
                _metrics?.Changed(now);
                Log.HealthChanged(_logger, now.State == HealthState.Healthy ? LogLevel.Information : LogLevel.Warning, now.Name, before, now.State, now.Cause);
                _events?.Add(now.State == HealthState.Healthy ? EventSeverity.Information : EventSeverity.Warning, "health", $"{now.Reason} (was {before})");
            }
        }
    }

    private static ComponentHealth Seen(ComponentCell cell, HealthProbe probe)
    {
        ComponentHealth health = cell.Read();
        return probe == HealthProbe.Startup && cell.HasStarted ? health with { State = HealthState.Healthy, Cause = HealthCause.Reported, Score = 1 } : health;
    }

    private static bool Answers(ComponentCell cell, HealthProbe probe)
    {
        IReadOnlySet<string> tags = cell.Component.Tags;
        bool startup = tags.Contains(HealthTags.Startup);
        bool ready = tags.Contains(HealthTags.Readiness) || (!startup && !tags.Contains(HealthTags.Liveness));
        return probe switch
        {
            HealthProbe.Liveness => tags.Contains(HealthTags.Liveness),
            HealthProbe.Readiness => ready || (startup && !cell.HasStarted),
            HealthProbe.Startup => startup,
            _ => true,
        };
    }
}
