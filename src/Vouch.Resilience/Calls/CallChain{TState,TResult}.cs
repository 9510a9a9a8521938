using Polly;
using Vouch.Core.Models;

namespace Vouch.Resilience.Calls;

/// <summary>A chain of attempts at a call of given types; pooled, because nearly every call needs exactly one, for a moment.</summary>
internal sealed class CallChain<TState, TResult> : CallChain
{
    private static readonly ChainPool<CallChain<TState, TResult>> Pool = new();

    private Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> _action = null!;
    private TState _state = default!;
    private TResult _answer = default!;

    public TResult Answer => _answer;

    public static CallChain<TState, TResult> Rent(Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> action, TState state)
    {
        CallChain<TState, TResult> chain = Pool.TryTake() ?? new CallChain<TState, TResult>();
        chain._action = action;
        chain._state = state;
        return chain;
    }

    /// <summary>Gives the chain back. Only for a chain that is finished and that nobody else refers to.</summary>
    public void Return()
    {
        Reset();
        _action = null!;
        _state = default!;
        _answer = default!;
        Pool.Give(this);
    }

    public override ValueTask<Outcome<CallChain>> AttemptAsync(CancellationToken cancellationToken)
    {
        if (!TryStartAttempt())
        {
            return Outcome.FromResultAsValueTask<CallChain>(this);
        }

        try
        {
            ValueTask<TResult> pending = Settings.StartOnThreadPool ? StartOnThreadPool(cancellationToken) : _action(Worker, _state, cancellationToken);
            if (!pending.IsCompleted)
            {
                return WaitAsync(pending, cancellationToken);
            }

            _answer = pending.GetAwaiter().GetResult();
            EndAttempt();
        }
#pragma warning disable CA1031 // Whatever a worker throws is its failure, a value.
        catch (Exception error)
#pragma warning restore CA1031
        {
            EndAttempt(error, cancellationToken);
        }

        return Outcome.FromResultAsValueTask<CallChain>(this);
    }

    private ValueTask<TResult> StartOnThreadPool(CancellationToken cancellationToken)
    {
        // The chain may belong to another call by the time an abandoned attempt gets a thread: it takes along what it needs.
        (Func<WorkerId, TState, CancellationToken, ValueTask<TResult>> action, TState state, WorkerId worker) = (_action, _state, Worker);
        return new ValueTask<TResult>(Task.Run(() => action(worker, state, cancellationToken).AsTask(), cancellationToken));
    }

    private async ValueTask<Outcome<CallChain>> WaitAsync(ValueTask<TResult> pending, CancellationToken cancellationToken)
    {
        // Polly's timeout only asks: it cancels the token and goes on waiting. Waiting on the token beside the task is what abandons a worker that does not listen.
        Task<TResult> task = pending.AsTask();
        await ((Task)task).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!task.IsCompleted)
        {
            Abandon(task);
            EndAttemptUnanswered(error: null);
        }
        else if (task.IsCompletedSuccessfully)
        {
            _answer = task.Result;
            EndAttempt();
        }
        else
        {
            EndAttempt(task.Exception is { } errors ? errors.InnerExceptions is [{ } only] ? only : errors : new TaskCanceledException(task), cancellationToken);
        }

        return Outcome.FromResult<CallChain>(this);
    }

    /// <summary>Leaves the task to itself. What it throws later is looked at, so that it does not come up as an unobserved exception.</summary>
    private static void Abandon(Task task) => task.ContinueWith(
        static abandoned => _ = abandoned.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
