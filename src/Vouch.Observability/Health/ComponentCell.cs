using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vouch.Observability.Health;

/// <summary>The watch over one component: its check in flight, what was last reported, and the state that follows from the reports before it.</summary>
internal sealed class ComponentCell(HealthComponent component, HealthMonitorOptions options, TimeProvider time)
{
    /// <summary>A check may state a score of its own under this name in its data; it counts where it is lower than that of its state.</summary>
    private const string ScoreKey = "score";

    private readonly Lock _lock = new();
    private Task? _flight;
    private Task? _hanging;
    private bool _hasReported;
    private long _reportedAt;
    private Observation _last;
    private HealthState _state;
    private int _worse;
    private int _better;
    private HealthState _mildestWorse;

    public HealthComponent Component { get; } = component;

    /// <summary>Whether it was ever healthy: for components that have to start.</summary>
    public bool HasStarted { get; private set; }

    private TimeSpan Timeout => Component.Timeout ?? options.Timeout;

    /// <summary>Runs the check unless its last result still answers; whoever asks while it runs waits for the same run.</summary>
    public Task RunAsync()
    {
        if (Component.Check is not { } check)
        {
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            if (_flight is { IsCompleted: false })
            {
                return _flight;
            }

            bool fresh = _hasReported && time.GetElapsedTime(_reportedAt) < options.MinimumInterval;
            return fresh ? Task.CompletedTask : _flight = FlyAsync(check);
        }
    }

    /// <summary>Takes a report; tells whether the state changed by it.</summary>
    public (HealthState From, HealthState To) Report(Observation observation)
    {
        lock (_lock)
        {
            HealthState before = _hasReported ? _state : HealthState.Unknown;
            Settle(observation);
            _last = observation;
            _reportedAt = time.GetTimestamp();
            _hasReported = true;
            HasStarted |= _state == HealthState.Healthy;
            return (before, _state);
        }
    }

    public ComponentHealth Read()
    {
        lock (_lock)
        {
            if (!_hasReported)
            {
                return new ComponentHealth(Component.Name, HealthState.Unknown, HealthCause.NeverReported, HealthScore.Of(HealthState.Unknown), Component.IsCritical, null, TimeSpan.Zero);
            }

            TimeSpan age = time.GetElapsedTime(_reportedAt);
            if (age > (Component.Expiry ?? options.Expiry))
            {
                // A stale good word is no word; a stale bad one is still the last that was heard.
                HealthState stale = _state < HealthState.Unknown ? _state : HealthState.Unknown;
                return new ComponentHealth(Component.Name, stale, HealthCause.Expired, HealthScore.Of(stale), Component.IsCritical, age, _last.Duration, _last.Description, _last.Error);
            }

            HealthCause cause = _last.State > _state ? HealthCause.Recovering : _last.State < _state ? HealthCause.Wavering : _last.Cause;

            // The score falls with the report, the state when it is believed; both rise only when it is.
            double score = Math.Min(Math.Min(HealthScore.Of(_state), HealthScore.Of(_last.State)), _last.Score);
            return new ComponentHealth(Component.Name, _state, cause, score, Component.IsCritical, age, _last.Duration, _last.Description, _last.Error);
        }
    }

    // Hysteresis: the state follows only after enough reports in a row lie on the same side of it. A fall goes as far as all of them did.
    private void Settle(Observation observation)
    {
        if (!_hasReported)
        {
            _state = observation.State;
        }
        else if (observation.State < _state)
        {
            _better = 0;
            _mildestWorse = _worse == 0 || observation.State > _mildestWorse ? observation.State : _mildestWorse;
            if (++_worse >= (Component.WorseAfter ?? options.WorseAfter))
            {
                _state = _mildestWorse;
                _worse = 0;
            }
        }
        else if (observation.State > _state)
        {
            _worse = 0;
            if (++_better >= (Component.BetterAfter ?? options.BetterAfter))
            {
                _state = observation.State;
                _better = 0;
            }
        }
        else
        {
            _worse = _better = 0;
        }
    }

    private async Task FlyAsync(Func<CancellationToken, Task<HealthCheckResult>> check)
    {
        long started = time.GetTimestamp();
        Report(await ObserveAsync(check, started).ConfigureAwait(false));
    }

    private async Task<Observation> ObserveAsync(Func<CancellationToken, Task<HealthCheckResult>> check, long started)
    {
        // One that still hangs is not joined by another: a check that never returns costs one thread or socket, not one per question.
        if (_hanging is { IsCompleted: false })
        {
            return new Observation(Component.FailureState, HealthCause.TimedOut, 1, TimeSpan.Zero, "The check of an earlier question still hangs.", null);
        }

        using var deadline = new CancellationTokenSource(Timeout, time);
        CancellationToken token = deadline.Token;

        // On a thread of the pool: a check may block before it returns its task.
        Task<HealthCheckResult> run = Task.Run(() => check(token), CancellationToken.None);
        try
        {
            HealthCheckResult result = await run.WaitAsync(Timeout, time).ConfigureAwait(false);
            double score = result.Data.TryGetValue(ScoreKey, out object? value) && value is double number && number is >= 0 and <= 1 ? number : 1;
            HealthCause cause = result.Exception is null ? HealthCause.Reported : HealthCause.Threw;
            return new Observation(StateOf(result.Status), cause, score, time.GetElapsedTime(started), result.Description, result.Exception?.GetType().Name);
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            _hanging = run;
            _ = run.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return new Observation(Component.FailureState, HealthCause.TimedOut, 1, Timeout, null, null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new Observation(Component.FailureState, HealthCause.TimedOut, 1, time.GetElapsedTime(started), null, null);
        }
#pragma warning disable CA1031 // Whatever a check throws is its answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new Observation(Component.FailureState, HealthCause.Threw, 1, time.GetElapsedTime(started), null, exception.GetType().Name);
        }
    }

    private static HealthState StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => HealthState.Healthy,
        HealthStatus.Degraded => HealthState.Degraded,
        _ => HealthState.Unhealthy,
    };

    internal readonly record struct Observation(HealthState State, HealthCause Cause, double Score, TimeSpan Duration, string? Description, string? Error);
}
