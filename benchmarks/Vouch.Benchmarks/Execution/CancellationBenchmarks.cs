using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Verification;

namespace Vouch.Benchmarks.Execution;

/// <summary>From the cancellation of a job to its end, while twelve workers hang and ignore their tokens. The promise is 100 ms.</summary>
public class CancellationBenchmarks
{
    private readonly WorkUnit<int>[] _units = [.. Enumerable.Range(0, 24).Select(static n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n))];
    private CancellationTokenSource _cancellation = new();
    private VerifiedRun<long>? _run;

    [IterationSetup]
    public void Start()
    {
        Hanging[] workers = [.. Enumerable.Range(0, 12).Select(static i => new Hanging($"w{i}"))];
        _cancellation = new CancellationTokenSource();
        _run = new VerifiedExecutor().Start(
            new VerifiedJob<int>("bench", _units), new WorkerPool<int, long>(workers), new AgreementVerifier<int, long>(), cancellationToken: _cancellation.Token);
        Task.WaitAll([.. workers.Select(static worker => worker.IsAsked)]);
    }

    [Benchmark]
    public bool CancelAndEnd()
    {
        _cancellation.Cancel();
        ((IAsyncResult)_run!.Completion).AsyncWaitHandle.WaitOne();
        return _run.Completion.IsCanceled;
    }

    private sealed class Hanging(string id) : IWorker<int, long>
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsAsked => _asked.Task;

        public WorkerId Id { get; } = new(id);

        public int Capacity => 1;

        public ValueTask<long> ExecuteAsync(int unit, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return new ValueTask<long>(new TaskCompletionSource<long>().Task);
        }
    }
}
