using System.Diagnostics;
using Vouch.Core.Models;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

public sealed partial class WorkerCallPipeline
{
    /// <summary>Calls the first candidate and, when it is slow or has failed, the next ones, until one answers.</summary>
    /// <typeparam name="TState">The type of <paramref name="state"/>.</typeparam>
    /// <typeparam name="TResult">The type of the answer.</typeparam>
    /// <param name="candidates">The workers to ask, the preferred one first; not changed during the call. A worker may stand in it more than once.</param>
    /// <param name="call">Calls a worker. It runs concurrently with itself for different candidates.</param>
    /// <param name="state">What to hand to <paramref name="call"/>, so that it need not be a closure.</param>
    /// <param name="cancellationToken">Withdraws the call: it ends at once, whatever workers do.</param>
    /// <returns>The answer or its absence, with every attempt.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="candidates"/> or <paramref name="call"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="candidates"/> is empty or holds the default value.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is disposed.</exception>
    /// <exception cref="OperationCanceledException">The caller withdrew the call. Nothing a worker does is an exception of this method.</exception>
    public ValueTask<CallOutcome<TResult>> ExecuteAsync<TState, TResult>(
        IReadOnlyList<WorkerId> candidates,
        Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(call);
        ObjectDisposedException.ThrowIf(_disposed, this);
        int count = candidates.Count;
        if (count == 0)
        {
            throw new ArgumentException("A call needs at least one candidate.", nameof(candidates));
        }

        for (int i = 0; i < count; i++)
        {
            RequireWorker(candidates[i], nameof(candidates));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<CallOutcome<TResult>>(cancellationToken);
        }

        return ResilienceMetrics.Activities.HasListeners()
            ? TraceAsync(candidates, call, state, cancellationToken)
            : StartAsync(candidates, call, state, cancellationToken);
    }

    private ValueTask<CallOutcome<TResult>> StartAsync<TState, TResult>(
        IReadOnlyList<WorkerId> candidates,
        Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> action,
        TState state,
        CancellationToken cancellationToken)
    {
        CallSettings settings = _settings;
        var call = new CallContext(settings, _time, _time.GetTimestamp(), _metrics, _logger, cancellationToken);
        bool hasAlternates = candidates.Count > 1 && settings.MaxHedges > 0;
        CallScope? scope = hasAlternates ? CallScope.Rent(cancellationToken) : null;
        CallChain<TState, TResult> chain = CallChain<TState, TResult>.Rent(action, state);
        chain.Begin(call, candidates[0], hedged: false, budgetHolder: null);

        ValueTask pending = _lanes.GetOrAdd(candidates[0], settings, call.Start).RunAsync(chain, settings, scope?.Token ?? cancellationToken);
        if (pending.IsCompleted && chain.HasAnswer)
        {
            scope?.Return(isQuiet: true);
            return new ValueTask<CallOutcome<TResult>>(TakeAnswer(chain, call));
        }

        return scope is null
            ? FinishAsync(chain, pending, call)
            : new HedgedCall<TState, TResult>(_lanes, call, scope, candidates, action, state).RunAsync(chain, pending.AsTask());
    }

    private static async ValueTask<CallOutcome<TResult>> FinishAsync<TState, TResult>(CallChain<TState, TResult> chain, ValueTask pending, CallContext call)
    {
        await pending.ConfigureAwait(false);
        if (!chain.HasAnswer)
        {
            call.Caller.ThrowIfCancellationRequested();
        }

        return TakeAnswer(chain, call);
    }

    /// <summary>Makes the outcome of a call that one chain has ended, and gives the chain back.</summary>
    private static CallOutcome<TResult> TakeAnswer<TState, TResult>(CallChain<TState, TResult> chain, in CallContext call)
    {
        CallOutcome<TResult> outcome;
        if (chain.HasAnswer && chain.AttemptCount == 1)
        {
            outcome = new CallOutcome<TResult>(chain.Answer, chain.Worker, chain.FirstDuration);
        }
        else
        {
            var attempts = new List<CallAttempt>(chain.AttemptCount);
            chain.CopyTo(attempts, isWinner: true);
            TimeSpan duration = call.Time.GetElapsedTime(call.Start);
            outcome = chain.HasAnswer
                ? new CallOutcome<TResult>(chain.Answer, chain.Worker, duration, [.. attempts])
                : new CallOutcome<TResult>(duration, [.. attempts]);
        }

        chain.Return();
        return outcome;
    }

    private async ValueTask<CallOutcome<TResult>> TraceAsync<TState, TResult>(
        IReadOnlyList<WorkerId> candidates,
        Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> action,
        TState state,
        CancellationToken cancellationToken)
    {
        using Activity? activity = ResilienceMetrics.Activities.StartActivity(ResilienceTelemetry.CallActivityName, ActivityKind.Client);
        CallOutcome<TResult> outcome = await StartAsync(candidates, action, state, cancellationToken).ConfigureAwait(false);
        if (activity is not null)
        {
            activity.SetTag(ResilienceTelemetry.AttemptCountTag, outcome.AttemptCount);
            if (outcome.AnsweredBy is { } worker)
            {
                activity.SetTag(ResilienceTelemetry.WorkerTag, worker.Value);
            }
            else
            {
                activity.SetStatus(ActivityStatusCode.Error);
                activity.SetTag("error.type", outcome.LastError?.GetType().FullName ?? "_OTHER");
            }
        }

        return outcome;
    }
}
