using Polly;
using Polly.Telemetry;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Keys;

/// <summary>A Polly strategy that does what a <see cref="KeyedGate"/> decides.</summary>
internal sealed class KeyedStrategy(KeyedGate gate, KeyedStrategyOptions options, TimeProvider time, ResilienceStrategyTelemetry? telemetry) : ResilienceStrategy
{
    private static readonly ResilienceEvent Refused = new(ResilienceEventSeverity.Warning, "OnCallRefused");

    private readonly MonotonicTicks _clock = new(time);
    private readonly Func<ResilienceContext, string>? _keySelector = options.KeySelector;
    private readonly Func<OutcomeArguments, Classification> _classifier = options.Classifier;
    private readonly Func<CallRefusedArguments, ValueTask>? _onRefused = options.OnRefused;

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        string key = _keySelector is { } select ? select(context) : context.Properties.GetValue(CallProperties.Key, string.Empty);
        long started = _clock.Now;
        if (gate.TryEnter(key, started) is not { } entry)
        {
            return Refuse<TResult>(context, key);
        }

        ValueTask<Outcome<TResult>> pending;
        try
        {
            pending = callback(context, state);
        }
        catch (Exception error)
        {
            pending = new(Outcome.FromException<TResult>(error));
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending, entry, key, started, context);
        }

        Outcome<TResult> outcome = pending.Result;
        gate.Exit(entry, key, started, _clock.Now, Classify(outcome, context));
        return new(outcome);
    }

    private async ValueTask<Outcome<TResult>> AwaitAsync<TResult>(ValueTask<Outcome<TResult>> pending, KeyedState entry, string key, long started, ResilienceContext context)
    {
        Outcome<TResult> outcome;
        try
        {
            outcome = await pending.ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (Exception error)
        {
            outcome = Outcome.FromException<TResult>(error);
        }

        gate.Exit(entry, key, started, _clock.Now, Classify(outcome, context));
        return outcome;
    }

    private ErrorClass? Classify<TResult>(in Outcome<TResult> outcome, ResilienceContext context)
    {
        if (outcome.Exception is { } error)
        {
            // A call that was refused further in, or withdrawn, says nothing about the back end.
            return error is CallRefusedException || (error is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
                ? ErrorClass.Cancelled
                : _classifier(new OutcomeArguments(error, null)).Error;
        }

        return typeof(TResult).IsValueType ? null : _classifier(new OutcomeArguments(null, outcome.Result)).Error;
    }

    private ValueTask<Outcome<TResult>> Refuse<TResult>(ResilienceContext context, string key)
    {
        Outcome<TResult> outcome = CallRefusedException.OutcomeFor<TResult>(gate.Refusal);
        telemetry?.Report(Refused, context, outcome, gate.Refusal);
        return _onRefused is null ? new(outcome) : TellAsync(outcome, new CallRefusedArguments(context, key, gate.Refusal));
    }

    private async ValueTask<Outcome<TResult>> TellAsync<TResult>(Outcome<TResult> outcome, CallRefusedArguments arguments)
    {
        await _onRefused!(arguments).ConfigureAwait(arguments.Context.ContinueOnCapturedContext);
        return outcome;
    }
}
