using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.Observability.Diagnostics;

namespace Vouch.Observability.Slo;

/// <summary>Watches service level objectives: counts their events in rolling windows, judges their burn-rate alerts once per slot, and says why each fires or does not.</summary>
/// <remarks>
/// <para>Safe for concurrent use. Windows run on the monotonic time of the given provider, in slots of <see cref="SloOptions.Resolution"/> from the moment the engine was made: steps of the wall
/// clock do not show. A timer judges the alerts at the end of every slot; <see cref="Evaluate"/> does so at once.</para>
/// <para>Per objective it keeps 8 bytes per slot of the longest alert window (35 kB for three days in minutes) and for the period up to 720 buckets.</para>
/// </remarks>
public sealed partial class SloEngine : IDisposable
{
    private readonly SloOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SloMetrics? _metrics;
    private readonly Lock _gate = new();
    private readonly Lock _evaluating = new();
    private readonly Dictionary<string, SloTracker> _byName = new(StringComparer.Ordinal);
    private readonly List<SlotChange> _changed = [];
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly DateTimeOffset _startUtc;
    private SloTracker[] _trackers = [];

    /// <summary>Makes an engine without objectives.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Takes alerts and declarations; null for none.</param>
    /// <param name="meters">Makes the instruments; null for none.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public SloEngine(SloOptions? options = null, TimeProvider? time = null, ILogger<SloEngine>? logger = null, IMeterFactory? meters = null)
    {
        _options = options ?? new SloOptions();
        ValidateOptionsResult valid = new SloOptionsValidator().Validate(null, _options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(SloOptions), typeof(SloOptions), valid.Failures);
        }

        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<SloEngine>.Instance;
        _start = _time.GetTimestamp();
        _startUtc = _time.GetUtcNow();
        _metrics = meters is null ? null : new SloMetrics(meters, this);
        _timer = _time.CreateTimer(static engine => ((SloEngine)engine!).Evaluate(), this, _options.Resolution, _options.Resolution);
    }

    /// <summary>Is called when an alert begins or ends to fire, to be pending or to be held back; on the thread that evaluates, outside all locks but one evaluation at a time. Exceptions are logged.</summary>
    [SuppressMessage("Design", "CA1003:Use generic event handler instances", Justification = "The change says all; there is no sender to ask.")]
    public event Action<AlertChange>? AlertChanged;

    /// <summary>Gets the declared objectives, in the order they were declared.</summary>
    public IReadOnlyList<SloTracker> Objectives => Volatile.Read(ref _trackers);

    /// <summary>Declares an objective.</summary>
    /// <param name="objective">The objective; its name must be new.</param>
    /// <param name="alerts">Its alerts; null for the usual ones of its period, <see cref="AlertTables.For"/>.</param>
    /// <returns>Where its events are reported. Look at <see cref="SloTracker.Unreachable"/>: it names the alerts that can never fire.</returns>
    /// <exception cref="ArgumentException">There is an objective of that name, or a window does not fit the resolution or the period.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="SloOptions.MaxObjectives"/> already.</exception>
    public SloTracker Declare(ServiceLevelObjective objective, IReadOnlyList<BurnRateAlert>? alerts = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        alerts ??= objective.Period >= 4 * _options.Resolution ? AlertTables.For(objective.Period, _options.Resolution) : [];
        SloTracker tracker;
        lock (_gate)
        {
            if (_trackers.Length >= _options.MaxObjectives)
            {
                throw new InvalidOperationException($"There are {_trackers.Length} objectives already (SloOptions.MaxObjectives).");
            }

            tracker = new SloTracker(this, objective, alerts, _options, Slot(_time.GetTimestamp()).Slot);
            if (!_byName.TryAdd(objective.Name, tracker))
            {
                throw new ArgumentException($"There is an objective named '{objective.Name}' already.", nameof(objective));
            }

            Volatile.Write(ref _trackers, [.. _trackers, tracker]);
        }

        foreach (UnreachableAlert unreachable in tracker.Unreachable)
        {
            Log.Unreachable(_logger, objective.Name, unreachable.Explanation);
        }

        return tracker;
    }

    /// <summary>Declares an objective in words.</summary>
    /// <param name="objective">Such as <c>renders: 99.9% &lt; 250ms over 30d</c>; see <see cref="ServiceLevelObjective.Parse"/>.</param>
    /// <param name="alerts">Its alerts; null for the usual ones of its period.</param>
    /// <returns>Where its events are reported.</returns>
    /// <exception cref="Core.Exceptions.InputValidationException">The text is not an objective.</exception>
    /// <exception cref="ArgumentException">There is an objective of that name, or a window does not fit the resolution or the period.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="SloOptions.MaxObjectives"/> already.</exception>
    public SloTracker Declare(string objective, IReadOnlyList<BurnRateAlert>? alerts = null) => Declare(ServiceLevelObjective.Parse(objective), alerts);

    /// <summary>Finds an objective by name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The objective, or null where there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public SloTracker? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    /// <summary>Forgets an objective.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True where there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool Remove(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
        {
            if (!_byName.Remove(name, out SloTracker? removed))
            {
                return false;
            }

            Volatile.Write(ref _trackers, [.. _trackers.Where(tracker => tracker != removed)]);
            return true;
        }
    }

    /// <summary>Closes the slots that have passed and judges all alerts. The timer does this at the end of every slot.</summary>
    /// <returns>What changed since the last evaluation; usually empty.</returns>
    public IReadOnlyList<AlertChange> Evaluate()
    {
        List<AlertChange>? changes = null;
        lock (_evaluating)
        {
            (long slot, _) = Slot(_time.GetTimestamp());
            foreach (SloTracker tracker in Volatile.Read(ref _trackers))
            {
                _changed.Clear();
                tracker.Evaluate(slot, _changed);
                foreach (SlotChange change in _changed)
                {
                    (changes ??= []).Add(tracker.Describe(change, TimeOf));
                }
            }
        }

        if (changes is null)
        {
            return [];
        }

        foreach (AlertChange change in changes)
        {
            Tell(change);
        }

        return changes;
    }

    /// <summary>Gives where every objective stands.</summary>
    public SloReport Report()
    {
        SloTracker[] trackers = Volatile.Read(ref _trackers);
        return new SloReport(_time.GetUtcNow(), [.. trackers.Select(StatusOf)]);
    }

    /// <summary>Stops the timer and every watch of instruments.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _metrics?.Dispose();
        StopWatching();
    }

    internal SloStatus StatusOf(SloTracker tracker)
    {
        (long slot, TimeSpan open) = Slot(_time.GetTimestamp());
        return tracker.Status(slot, open, TimeOf(slot) + open, TimeOf);
    }

    private (long Slot, TimeSpan Open) Slot(long timestamp)
    {
        TimeSpan elapsed = _time.GetElapsedTime(_start, timestamp);
        long slot = elapsed.Ticks / _options.Resolution.Ticks;
        return (slot, elapsed - (slot * _options.Resolution));
    }

    private DateTimeOffset TimeOf(long slots) => _startUtc + (slots * _options.Resolution);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "One listener's fault must not keep the others from hearing of an alert.")]
    private void Tell(AlertChange change)
    {
        if (change.To == AlertState.Firing)
        {
            Log.Fires(_logger, change.Objective, change.Alert);
        }
        else if (change.From == AlertState.Firing)
        {
            Log.Ends(_logger, change.Objective, change.Alert);
        }

        _metrics?.Changed(change);
        foreach (Action<AlertChange> listener in Delegate.EnumerateInvocationList(AlertChanged))
        {
            try
            {
                listener(change);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(_logger, exception, change.Objective);
            }
        }
    }
}
