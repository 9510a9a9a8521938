using Polly;
using Polly.Timeout;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Deadlines;

/// <summary>Outermost, it sets the call's deadline and ends the call by then; added again further in, it refuses attempts that could not end before it and keeps their failures.</summary>
internal sealed class DeadlineStrategy(DeadlineStrategyOptions options, TimeProvider time) : ResilienceStrategy
{
    private readonly MonotonicTicks _clock = new(time);
    private readonly long _total = options.TotalTimeout.Ticks;
    private readonly long _least = options.LeastForAttempt.Ticks;

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state) =>
        context.Properties.GetValue(CallDeadline.Property, null) is { } deadline
            ? GuardAsync(callback, context, state, deadline)
            : LimitAsync(callback, context, state);

    private async ValueTask<Outcome<TResult>> LimitAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        long total = Math.Min(_total, context.Properties.GetValue(CallProperties.TimeLeft, TimeSpan.MaxValue).Ticks);
        var deadline = new CallDeadline { Time = _clock.Now + total };
        context.Properties.Set(CallDeadline.Property, deadline);
        using var source = new CancellationTokenSource(new TimeSpan(Math.Max(0, total)), time);
        using CancellationTokenRegistration outer = context.CancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
        ResilienceContext inner = AttemptContext.Rent(context, source.Token, out IDictionary<string, object?> spare);
        Outcome<TResult> outcome;
        try
        {
            outcome = await callback(inner, state).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (Exception error)
        {
            outcome = Outcome.FromException<TResult>(error);
        }
        finally
        {
            AttemptContext.Return(inner, spare);
            context.Properties.Set(CallDeadline.Property, null);
        }

        if (outcome.Exception is not (OperationCanceledException or CallRefusedException { Reason: RefusalReason.DeadlineTooNear }))
        {
            return outcome;
        }

        if (context.CancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<TResult>(new OperationCanceledException(context.CancellationToken));
        }

        // The last real failure says more than that time ran out.
        return deadline.LastFailure is { } failure
            ? Outcome.FromException<TResult>(failure)
            : source.IsCancellationRequested
                ? Outcome.FromException<TResult>(new TimeoutRejectedException("The call did not end before its deadline.", new TimeSpan(total), outcome.Exception))
                : outcome;
    }

    private async ValueTask<Outcome<TResult>> GuardAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state,
        CallDeadline deadline)
    {
        if (deadline.Time - _clock.Now < _least)
        {
            return CallRefusedException.OutcomeFor<TResult>(RefusalReason.DeadlineTooNear);
        }

        Outcome<TResult> outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        if (outcome.Exception is { } error and not (OperationCanceledException or CallRefusedException))
        {
            deadline.LastFailure = error;
        }

        return outcome;
    }
}
