using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;

namespace Vouch.Benchmarks.Execution;

/// <summary>What trust costs beside the work: 1,000 units that take no time, on twelve honest workers, in memory. Divide by 1,000 for a unit.</summary>
/// <remarks>The baseline sends every unit to one worker and believes it.</remarks>
[MemoryDiagnoser]
public class VerifiedExecutorBenchmarks
{
    private readonly WorkUnit<int>[] _units = [.. Enumerable.Range(0, 1000).Select(static n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n))];
    private readonly WorkerPool<int, long> _pool = new(Enumerable.Range(0, 12).Select(static i => (IWorker<int, long>)new Squarer($"w{i}")));

    [Benchmark(Baseline = true)]
    public async Task<long> Believe()
    {
        long sum = 0;
        for (int i = 0; i < _units.Length; i++)
        {
            sum += await _pool.Workers[i % 12].Worker.ExecuteAsync(_units[i].Payload, CancellationToken.None);
        }

        return sum;
    }

    [Benchmark]
    public Task<JobReport> Agreement() => RunAsync(new AgreementVerifier<int, long>());

    [Benchmark]
    public Task<JobReport> SpotChecks() => RunAsync(new SpotCheck());

    private async Task<JobReport> RunAsync(IResultVerifier<int, long> verifier)
    {
        await using VerifiedRun<long> run = new VerifiedExecutor().Start(new VerifiedJob<int>("bench", _units) { Seed = 1, ErrorBudget = 0.02 }, _pool, verifier);
        return await run.Completion;
    }

    private sealed class Squarer(string id) : IWorker<int, long>
    {
        public WorkerId Id { get; } = new(id);

        public int Capacity => 1;

        public ValueTask<long> ExecuteAsync(int unit, CancellationToken cancellationToken) => new((long)unit * unit);
    }

    private sealed class SpotCheck : IResultVerifier<int, long>
    {
        public bool CanCheck => true;

        public bool CanCompare => false;

        public double CheckWorkShare => 0.1;

        public double DetectionPower => 0.9;

        public string? FindDefect(WorkUnit<int> unit, long result) => null;

        public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken) =>
            new(new ResultCheck(result == (long)unit.Payload * unit.Payload ? CheckVerdict.Passed : CheckVerdict.Failed, 0.9, 1e-4, 0.1, "Looked."));

        public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken) => new(first == second);
    }
}
