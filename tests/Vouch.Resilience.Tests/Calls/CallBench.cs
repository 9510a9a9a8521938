using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Calls;

/// <summary>A pipeline on a manual clock and workers that follow a script. Without a synchronization context everything runs on the thread that moves the clock.</summary>
internal sealed class CallBench : IDisposable
{
    private readonly Dictionary<string, Queue<Func<CancellationToken, ValueTask<int>>>> _scripts = [];

    public CallBench(Action<WorkerCallOptions>? configure = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Options = new WorkerCallOptions
        {
            AttemptTimeout = TimeSpan.FromSeconds(10),
            RetryBaseDelay = TimeSpan.FromMilliseconds(100),
            Seed = 1,
        };
        configure?.Invoke(Options);
        Pipeline = new WorkerCallPipeline(Options, Time);
    }

    public WorkerCallOptions Options { get; }

    public ManualTimeProvider Time { get; } = new();

    public WorkerCallPipeline Pipeline { get; }

    /// <summary>Who was called, in the order of the calls.</summary>
    public List<string> Called { get; } = [];

    /// <summary>The token of each call, in the same order.</summary>
    public List<CancellationToken> Tokens { get; } = [];

    public static Func<CancellationToken, ValueTask<int>> Answer(int value) => _ => new ValueTask<int>(value);

    public static Func<CancellationToken, ValueTask<int>> Throw(Exception error) => _ => throw error;

    public static Func<CancellationToken, ValueTask<int>> Fail(Exception error) => _ => ValueTask.FromException<int>(error);

    public static Func<CancellationToken, ValueTask<int>> Hang() => async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
        return 0;
    };

    public static Func<CancellationToken, ValueTask<int>> HangForEver() => static _ => new ValueTask<int>(new TaskCompletionSource<int>().Task);

    public Func<CancellationToken, ValueTask<int>> AnswerAfter(double seconds, int value, bool ignoreToken = false) => async token =>
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), Time, ignoreToken ? CancellationToken.None : token).ConfigureAwait(false);
        return value;
    };

    public Func<CancellationToken, ValueTask<int>> FailAfter(double seconds, Exception error) => async token =>
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), Time, token).ConfigureAwait(false);
        throw error;
    };

    /// <summary>Says what a worker does, call by call; the last one holds for all further calls.</summary>
    public CallBench On(string worker, params Func<CancellationToken, ValueTask<int>>[] script)
    {
        _scripts[worker] = new Queue<Func<CancellationToken, ValueTask<int>>>(script);
        return this;
    }

    public Task<CallOutcome<int>> Call(params string[] candidates) => Call(CancellationToken.None, candidates);

    public Task<CallOutcome<int>> Call(CancellationToken cancellationToken, params string[] candidates) =>
        Pipeline.ExecuteAsync(Ids(candidates), static (worker, bench, token) => bench.Ask(worker, token), this, cancellationToken).AsTask();

    public static WorkerId[] Ids(params string[] candidates) => Array.ConvertAll(candidates, static name => new WorkerId(name));

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Pipeline.Dispose();

    private ValueTask<int> Ask(WorkerId worker, CancellationToken token)
    {
        Called.Add(worker.Value);
        Tokens.Add(token);
        Queue<Func<CancellationToken, ValueTask<int>>> script = _scripts[worker.Value];
        return (script.Count > 1 ? script.Dequeue() : script.Peek())(token);
    }
}
