using BenchmarkDotNet.Attributes;
using Polly;
using Polly.Retry;
using Vouch.Core.Models;
using Vouch.Testing;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;
using Vouch.Testing.Workers;

namespace Vouch.Benchmarks.Testing;

/// <summary>
/// Real time per simulated call: ten clients, three workers, a request and an answer over a link and service in between, all recorded. Calls per second and core are the inverse.
/// The baseline is what a test without a simulation does: a fake worker that answers after a delay on a manual clock, one call at a time.
/// </summary>
[MemoryDiagnoser]
public class SimulationBenchmarks
{
    private const int Calls = 100_000;

    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public int FakeWorkerOnAManualClock()
    {
        var clock = new ManualTimeProvider();
        TimeSpan delay = TimeSpan.FromMilliseconds(10);
        int sum = 0;
        FakeWorker<int, int>? worker = null;
        for (int i = 0; i < Calls; i++)
        {
            if (i % 1000 == 0)
            {
                worker = new FakeWorker<int, int>(new WorkerId("worker"), static unit => unit, WorkerBehavior<int, int>.Honest.Delayed(delay), timeProvider: clock);
            }

            ValueTask<int> answer = worker!.ExecuteAsync(i, CancellationToken.None);
            clock.Advance(delay);
            sum += answer.IsCompletedSuccessfully ? answer.Result : 0;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public string Simulated() => Run(FaultSchedule.None, static (_, worker, unit) => worker.ExecuteAsync(unit));

    [Benchmark(OperationsPerInvoke = Calls)]
    public string SimulatedUnderFaults() => Run(
        FaultSchedule.Parse("Slow 0 at 0s for 1000s x0.5; Reorder * at 0s for 1000s x0.5; Byzantine 1 at 0s for 1000s x0.3"), static (_, worker, unit) => worker.ExecuteAsync(unit));

    [Benchmark(OperationsPerInvoke = Calls)]
    public string SimulatedThroughPolly() => Run(
        FaultSchedule.None, static (pipeline, worker, unit) => pipeline.ExecuteAsync(static (state, token) => state.worker.ExecuteAsync(state.unit, token), (worker, unit)));

    private static string Run(FaultSchedule faults, Func<ResiliencePipeline, SimulatedWorker<int, int>, int, ValueTask<int>> call) => Simulation.Run(
        async simulation =>
        {
            IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, static (int unit) => unit);
            ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = simulation.Time }
                .AddRetry(new RetryStrategyOptions { Randomizer = simulation.Random.NextDouble })
                .AddTimeout(TimeSpan.FromSeconds(1))
                .Build();
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async client =>
            {
                for (int i = 0; i < Calls / 10; i++)
                {
                    await call(pipeline, workers[(client + i) % 3], i);
                }
            }));
        },
        new SimulationOptions { Faults = faults }).Digest;
}
