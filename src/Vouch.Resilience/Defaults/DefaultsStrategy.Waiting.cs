using Polly;
using Polly.Timeout;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Defaults;

internal sealed partial class DefaultsStrategy
{
    private async ValueTask<Outcome<TResult>> WaitAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state,
        PipelineCall call,
        DefaultsSettings settings)
    {
        if (!await TurnAsync(call, context).ConfigureAwait(context.ContinueOnCapturedContext))
        {
            return context.CancellationToken.IsCancellationRequested ? Cancelled<TResult>(call, context) : Refuse<TResult>(call, context);
        }

        var attempt = new Attempt<TResult>(this, call, context);
        attempt.Start(callback, state);
        return await FinishAsync(callback, attempt, state, settings).ConfigureAwait(context.ContinueOnCapturedContext);
    }

    /// <summary>Waits for the call's turn.</summary>
    /// <returns>False where it was refused or withdrawn.</returns>
    private async ValueTask<bool> TurnAsync(PipelineCall call, ResilienceContext context)
    {
        CancellationToken token = context.CancellationToken;
        if (!token.CanBeCanceled)
        {
            return await call.Turn().ConfigureAwait(context.ContinueOnCapturedContext);
        }

        // Either the gate tells the call or the withdrawal does, never both: whoever takes it out of the room may.
        CancellationTokenRegistration registration = token.UnsafeRegister(
            static state =>
            {
                var (gate, call) = ((AdmissionGate, PipelineCall))state!;
                if (gate.TryWithdraw(call))
                {
                    call.OnRefused();
                }
            },
            (_gate, call));
        bool admitted = await call.Turn().ConfigureAwait(context.ContinueOnCapturedContext);
        await registration.DisposeAsync().ConfigureAwait(context.ContinueOnCapturedContext);
        return admitted;
    }

    private async ValueTask<Outcome<TResult>> FinishAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        Attempt<TResult> attempt,
        TState state,
        DefaultsSettings settings)
    {
        PipelineCall call = attempt.Call;
        ResilienceContext context = attempt.Context;
        bool captured = context.ContinueOnCapturedContext;
        while (true)
        {
            Outcome<TResult> outcome = await AwaitAsync(attempt, captured).ConfigureAwait(captured);
            Classification end = Judge(call, context, settings, ref outcome);
            long now = _clock.Now;
            _gate.Exit(call, now, end.Error);
            Arm(now);
            if (end.Error is not { } error)
            {
                Give(call);
                return outcome;
            }

            NextStep next = _gate.Next(call, now, error, end.RetryAfter?.Ticks ?? 0);
            if (!next.Retries)
            {
                Give(call);
                return outcome;
            }

            _metrics.Retried(_name, error);
            _telemetry?.Report(Retrying, context, outcome, new RetryAttempt(call.Attempts, error, new TimeSpan(next.Delay)));
            if (next.Delay > 0 && !await DelayAsync(next.Delay, context).ConfigureAwait(captured))
            {
                return Cancelled<TResult>(call, context);
            }

            now = _clock.Now;
            call.ExpectTurn();
            bool admitted = _gate.TryEnter(call, now);
            Arm(now);
            if (!admitted && (call.Refusal != RefusalReason.None || !await TurnAsync(call, context).ConfigureAwait(captured)))
            {
                // The last real failure says more than a refusal does.
                if (context.CancellationToken.IsCancellationRequested)
                {
                    return Cancelled<TResult>(call, context);
                }

                Give(call);
                return outcome;
            }

            attempt.Start(callback, state);
        }
    }

    private static async ValueTask<Outcome<TResult>> AwaitAsync<TResult>(Attempt<TResult> attempt, bool captured)
    {
        if (attempt.HasEnded)
        {
            return attempt.Pending.Result;
        }

        try
        {
            return await attempt.Pending.ConfigureAwait(captured);
        }
        catch (Exception error)
        {
            return Outcome.FromException<TResult>(error);
        }
        finally
        {
            attempt.Clean();
        }
    }

    private Classification Judge<TResult>(PipelineCall call, ResilienceContext context, DefaultsSettings settings, ref Outcome<TResult> outcome)
    {
        if (outcome.Exception is OperationCanceledException cancellation)
        {
            if (context.CancellationToken.IsCancellationRequested)
            {
                outcome = Outcome.FromException<TResult>(new OperationCanceledException(cancellation.Message, cancellation, context.CancellationToken));
                return new Classification(ErrorClass.Cancelled);
            }

            if (call.IsStopped)
            {
                outcome = Outcome.FromException<TResult>(new TimeoutRejectedException(
                    "The attempt did not answer in time.", settings.AttemptTimeout, cancellation));
                _metrics.Stopped(_name);
                _telemetry?.Report(Late, context, outcome, call.Attempts);
                return new Classification(ErrorClass.Overload);
            }
        }

        return Classify(settings, outcome);
    }

    private async ValueTask<bool> DelayAsync(long ticks, ResilienceContext context)
    {
        try
        {
            await Task.Delay(new TimeSpan(ticks), _clock.TimeProvider, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Outcome<TResult> Cancelled<TResult>(PipelineCall call, ResilienceContext context)
    {
        Give(call);
        return Outcome.FromException<TResult>(new OperationCanceledException(context.CancellationToken));
    }
}
