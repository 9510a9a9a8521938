using Vouch.Core.Models;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

/// <summary>
/// A call with alternates that did not end at once: waits for the running candidates, asks the next one when they are slow or have failed, takes the
/// first answer.
/// </summary>
/// <remarks>
/// Polly's hedging strategy is not used for this, for four reasons: it belongs inside one pipeline, while each candidate here has a pipeline of its own;
/// it waits for the attempts that lost before it returns; it starts the next action on a failure even where another still runs; and it cannot tell
/// that a candidate was refused by its breaker and cost nothing.
/// </remarks>
internal sealed class HedgedCall<TState, TResult>(
    WorkerLaneMap lanes,
    CallContext call,
    CallScope scope,
    IReadOnlyList<WorkerId> candidates,
    Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> action,
    TState state)
{
    private readonly List<CallChain<TState, TResult>> _chains = [];
    private readonly List<Task> _tasks = [];
    private int _next = 1;
    private int _alternatesCalled;
    private long _lastStart = call.Start;

    private bool CanTurnToAnother => _next < candidates.Count && _alternatesCalled < call.Settings.MaxHedges;

    public async ValueTask<CallOutcome<TResult>> RunAsync(CallChain<TState, TResult> first, Task pending)
    {
        _chains.Add(first);
        _tasks.Add(pending);
        if (pending.IsCompleted && first.WasRefused)
        {
            first.Release();
        }

        while (true)
        {
            int winner = FindAnswer();
            if (winner >= 0)
            {
                return End(winner);
            }

            if (call.Caller.IsCancellationRequested)
            {
                Withdraw();
                call.Caller.ThrowIfCancellationRequested();
            }

            List<Task> running = _tasks.FindAll(static task => !task.IsCompleted);
            if (running.Count > 0)
            {
                await WaitAsync(running).ConfigureAwait(false);
            }
            else if (!TryStartNext(hedged: false))
            {
                return End(winner: -1);
            }
        }
    }

    /// <summary>Waits until a candidate is done, the caller withdraws, or it is time to ask another one, and asks it then.</summary>
    private async ValueTask WaitAsync(List<Task> running)
    {
        Task any = running.Count == 1 ? running[0] : Task.WhenAny(running);
        if (!CanTurnToAnother || call.Settings.HedgeAfter is not { } hedgeAfter)
        {
            await any.WaitAsync(call.Caller).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        TimeSpan left = hedgeAfter - call.Time.GetElapsedTime(_lastStart);
        if (left > TimeSpan.Zero)
        {
            // WaitAsync drops fractions of a millisecond: a rest below one would end at once, over and over, until the clock has passed it.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await any.WaitAsync(wait, call.Time, call.Caller).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!any.IsCompleted && !call.Caller.IsCancellationRequested && call.Time.GetElapsedTime(_lastStart) >= hedgeAfter && !TryStartNext(hedged: true))
        {
            _next = candidates.Count;
        }
    }

    /// <summary>Turns to the next candidate whose breaker lets it pass.</summary>
    private bool TryStartNext(bool hedged)
    {
        while (CanTurnToAnother && _chains[0].TryReserve())
        {
            WorkerId worker = candidates[_next++];
            _lastStart = call.Time.GetTimestamp();
            CallChain<TState, TResult> chain = CallChain<TState, TResult>.Rent(action, state);
            chain.Begin(call, worker, hedged, budgetHolder: _chains[0]);
            ValueTask pending = lanes.GetOrAdd(worker, call.Settings, _lastStart).RunAsync(chain, call.Settings, scope.Token);
            bool refused = pending.IsCompleted && chain.WasRefused;
            _chains.Add(chain);
            _tasks.Add(pending.AsTask());
            if (!refused)
            {
                _alternatesCalled++;
                if (hedged)
                {
                    call.Metrics.Hedged();
                    Log.Hedging(call.Logger, worker, call.Settings.HedgeAfter.GetValueOrDefault());
                }

                return true;
            }

            chain.Release();
        }

        return false;
    }

    // The first in the order of the candidates, not of the clock: where two have answered by now, the same one is taken in every run.
    private int FindAnswer()
    {
        for (int i = 0; i < _chains.Count; i++)
        {
            if (_tasks[i].IsCompleted && _chains[i].HasAnswer)
            {
                return i;
            }
        }

        return -1;
    }

    private CallOutcome<TResult> End(int winner)
    {
        var attempts = new List<CallAttempt>(_chains.Count);
        bool quiet = true;
        for (int i = 0; i < _chains.Count; i++)
        {
            if (i != winner)
            {
                quiet &= _tasks[i].IsCompleted;
                _chains[i].Close(CallAttemptOutcome.Outrun, countsAgainstWorker: i < winner);
            }

            _chains[i].CopyTo(attempts, isWinner: i == winner);
        }

        TimeSpan duration = call.Time.GetElapsedTime(call.Start);
        CallOutcome<TResult> outcome = winner < 0
            ? new CallOutcome<TResult>(duration, [.. attempts])
            : new CallOutcome<TResult>(_chains[winner].Answer, _chains[winner].Worker, duration, [.. attempts]);
        Leave(quiet);
        return outcome;
    }

    private void Withdraw()
    {
        foreach (CallChain<TState, TResult> chain in _chains)
        {
            chain.Close(CallAttemptOutcome.Cancelled, countsAgainstWorker: false);
        }

        Leave(quiet: false);
    }

    /// <summary>Stops what still runs, without waiting for it, and gives back what nobody uses any more.</summary>
    private void Leave(bool quiet)
    {
        if (!quiet)
        {
            scope.Cancel();
        }

        scope.Return(quiet);
        if (quiet)
        {
            _chains.ForEach(static chain => chain.Return());
        }
    }
}
