using Polly;
using Polly.Retry;
using Vouch.Core.Models;
using Vouch.Testing;
using Vouch.Testing.Simulations;
using Vouch.Testing.Swarms;
using Vouch.Testing.Workers;

namespace PackageExamples;

/// <summary>The programs that the README of Vouch.Testing quotes.</summary>
public static class TestingExample
{
    /// <summary>Runs them.</summary>
    public static async Task RunAsync()
    {
        RunSwarm();
        RunCanary();
        await RunFakesAsync().ConfigureAwait(false);
    }

    private static void RunSwarm()
    {
        #region readme
        SwarmReport report = Swarm.Run(seeds: 100, async simulation =>
        {
            IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, (int unit) => unit * unit);
            ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = simulation.Time }
                .AddRetry(new RetryStrategyOptions { Delay = TimeSpan.FromMilliseconds(100), Randomizer = simulation.Random.NextDouble })
                .AddTimeout(TimeSpan.FromMilliseconds(500))
                .Build();

            await simulation.FaultsOver;     // crashes, hangs, losses, lies, ...: drawn anew for each seed
            await simulation.RecoversAsync(TimeSpan.FromSeconds(2), async () =>
                await pipeline.ExecuteAsync(async token => await workers[simulation.Random.Next(3)].ExecuteAsync(7, token)) == 49);
        });
        Console.WriteLine(report);
        #endregion
    }

    private static void RunCanary()
    {
        #region canary
        SwarmReport report = Swarm.TryRun(seeds: 100, async simulation =>
        {
            SimulatedWorker<int, int> worker = simulation.AddWorker("worker", (int unit) => unit * unit);
            while (!simulation.FaultsOver.IsCompleted)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), simulation.Time);
                int? answer = await Ask(worker, patience.Token);
                simulation.Require(answer is null or 49, "answers are true");
                await simulation.Delay(TimeSpan.FromMilliseconds(100));
            }
        });
        Console.WriteLine(report);
        #endregion

        static async Task<int?> Ask(SimulatedWorker<int, int> worker, CancellationToken cancellationToken)
        {
            try
            {
                return await worker.ExecuteAsync(7, cancellationToken);
            }
            catch (Exception error) when (error is WorkerCrashException or OperationCanceledException or InvalidDataException)
            {
                return null;
            }
        }
    }

    private static async Task RunFakesAsync()
    {
        #region fakes
        var clock = new ManualTimeProvider();
        WorkerBehavior<int, int> lie = WorkerBehavior<int, int>.Lie(unit => unit + 1);
        var worker = new FakeWorker<int, int>(
            new WorkerId("turncoat"), unit => unit * unit, lie.After(honestAnswers: 2).Delayed(TimeSpan.FromSeconds(3)), timeProvider: clock);

        for (int unit = 1; unit <= 4; unit++)
        {
            ValueTask<int> answer = worker.ExecuteAsync(unit, CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(3));      // no test sleeps
            Console.WriteLine($"{unit} -> {await answer}");
        }

        Console.WriteLine($"honest: {worker.Calls.Count(call => call.IsHonest)} of {worker.CallCount} in {clock.Elapsed.TotalSeconds} s");
        #endregion
    }
}
