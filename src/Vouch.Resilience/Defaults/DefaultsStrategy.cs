using Polly;
using Polly.Telemetry;
using Vouch.Core.Models;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Diagnostics;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Defaults;

/// <summary>The default as a Polly strategy: a shell that does what its <see cref="AdmissionGate"/> decides.</summary>
internal sealed partial class DefaultsStrategy : ResilienceStrategy, IDisposable
{
    private static readonly ResilienceEvent Refused = new(ResilienceEventSeverity.Warning, "OnCallRefused");
    private static readonly ResilienceEvent Retrying = new(ResilienceEventSeverity.Warning, "OnRetry");
    private static readonly ResilienceEvent Late = new(ResilienceEventSeverity.Warning, "OnAttemptStopped");

    private readonly MonotonicTicks _clock;
    private readonly AdmissionGate _gate;
    private readonly ResilienceStrategyTelemetry? _telemetry;
    private readonly PipelineMetrics _metrics;
    private readonly string _name;
    private readonly string[] _destinations;
    private readonly ChainPool<PipelineCall> _calls = new();
    private readonly Lock _timerLock = new();
    private readonly ITimer _timer;
    private volatile DefaultsSettings _settings;
    private readonly bool _continuesInline;
    private bool _disposed;

    public DefaultsStrategy(VouchDefaultsOptions options, TimeProvider time, ResilienceStrategyTelemetry? telemetry, PipelineMetrics metrics)
    {
        _settings = DefaultsSettings.From(options);
        _clock = new MonotonicTicks(time);
        _telemetry = telemetry;
        _metrics = metrics;
        _name = options.Name ?? string.Empty;
        _continuesInline = options.ContinuesInline;
        _destinations = [.. options.Destinations];
        ulong seed = options.Seed is { } given ? unchecked((uint)given) : CallSettings.DrawSeed();
        _gate = new AdmissionGate(_settings.Rule, Math.Max(1, _destinations.Length), new RetryBudget(options.RetryBudget), seed);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static strategy => ((DefaultsStrategy)strategy!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public AdmissionGate Gate => _gate;

    public IList<string> Destinations => _destinations;

    public void Change(VouchDefaultsOptions options)
    {
        _settings = DefaultsSettings.From(options);
        _gate.Change(_settings.Rule);
    }

    public void Dispose()
    {
        lock (_timerLock)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return new(Outcome.FromException<TResult>(new OperationCanceledException(context.CancellationToken)));
        }

        DefaultsSettings settings = _settings;
        PipelineCall call = _calls.TryTake() ?? new PipelineCall(_continuesInline);
        long now = _clock.Now;
        Describe(call, context, settings, now);
        call.ExpectTurn();
        bool admitted = _gate.TryEnter(call, now);
        Arm(now);
        if (!admitted)
        {
            return call.Refusal == RefusalReason.None ? WaitAsync(callback, context, state, call, settings) : new(Refuse<TResult>(call, context));
        }

        var attempt = new Attempt<TResult>(this, call, context);
        attempt.Start(callback, state);
        if (attempt.Pending.IsCompletedSuccessfully)
        {
            Outcome<TResult> outcome = attempt.End();
            if (Classify(settings, outcome) is { Error: null })
            {
                now = _clock.Now;
                _gate.Exit(call, now, error: null);
                Arm(now);
                Give(call);
                return new(outcome);
            }

            attempt.Pending = new(outcome);
            attempt.HasEnded = true;
        }

        return FinishAsync(callback, attempt, state, settings);
    }

    private static void Describe(PipelineCall call, ResilienceContext context, DefaultsSettings settings, long now)
    {
        ResilienceProperties properties = context.Properties;
        long time = settings.TotalTimeout;
        if (properties.TryGetValue(CallProperties.TimeLeft, out TimeSpan left) && left.Ticks < time)
        {
            time = left.Ticks;
        }

        Priority priority = properties.GetValue(CallProperties.Priority, Priority.Normal);
        string tenant = properties.GetValue(CallProperties.Tenant, string.Empty);
        call.Begin(now + time, priority.Level - Priority.MinLevel, tenant);
    }

    private static Classification Classify<TResult>(DefaultsSettings settings, in Outcome<TResult> outcome)
    {
        try
        {
            if (outcome.Exception is { } error)
            {
                return settings.Classifier(new OutcomeArguments(error, null));
            }

            return typeof(TResult).IsValueType ? Classification.Success : settings.Classifier(new OutcomeArguments(null, outcome.Result));
        }
        catch (Exception) when (outcome.Exception is null)
        {
            return Classification.Success;
        }
        catch (Exception)
        {
            return new Classification(ErrorClass.Transient);
        }
    }

    private Outcome<TResult> Refuse<TResult>(PipelineCall call, ResilienceContext context)
    {
        Outcome<TResult> outcome = CallRefusedException.OutcomeFor<TResult>(call.Refusal);
        _telemetry?.Report(Refused, context, outcome, call.Refusal);
        _metrics.Refused(_name, call.Refusal);
        Give(call);
        return outcome;
    }

    private void Give(PipelineCall call)
    {
        if (call.IsReusable)
        {
            _calls.Give(call);
        }
    }

    private void Arm(long now)
    {
        if (!_gate.WantsWake)
        {
            return;
        }

        // Asked under the lock: of two who set the timer, the later one knows the earlier time.
        lock (_timerLock)
        {
            if (!_disposed && _gate.TryTakeWake(out long time))
            {
                // A tick more, since timers may be early by a part of one.
                _timer.Change(new TimeSpan(Math.Max(0, time - now) + TimeSpan.TicksPerMillisecond), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnTimer()
    {
        long now = _clock.Now;
        _gate.Wake(now);
        Arm(now);
    }

    /// <summary>One attempt under way.</summary>
    private struct Attempt<TResult>(DefaultsStrategy strategy, PipelineCall call, ResilienceContext outer)
    {
        private ResilienceContext _inner = null!;
        private IDictionary<string, object?> _spare = null!;

        public ValueTask<Outcome<TResult>> Pending = default;
        public bool HasEnded = false;

        public readonly PipelineCall Call => call;

        public readonly ResilienceContext Context => outer;

        public void Start<TState>(Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, TState state)
        {
            HasEnded = false;
            call.BeginAttempt(outer.CancellationToken);
            _inner = AttemptContext.Rent(outer, call.Token, out _spare);
            if (strategy._destinations.Length > 0)
            {
                outer.Properties.Set(CallProperties.Destination, strategy._destinations[call.Destination]);
            }

            try
            {
#pragma warning disable CA2012 // It is awaited or read exactly once, by whoever ends the attempt.
                Pending = callback(_inner, state);
#pragma warning restore CA2012
            }
            catch (Exception error)
            {
                Pending = new(Outcome.FromException<TResult>(error));
            }
        }

        /// <summary>Takes the outcome of an attempt that has completed.</summary>
        public Outcome<TResult> End()
        {
            Outcome<TResult> outcome = Pending.Result;
            Clean();
            return outcome;
        }

        public readonly void Clean()
        {
            call.EndAttempt();
            AttemptContext.Return(_inner, _spare);
        }
    }
}
