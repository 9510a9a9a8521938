using System.Globalization;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;
using Vouch.Testing.Swarms;
using Vouch.Testing.Workers;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>
/// Everything at once: every seed goes through its own faults at all three workers with three policies side by side. A slice of the seeds runs with the suite;
/// <c>VOUCH_CHAOS_SEEDS</c> sets how many, <c>VOUCH_CHAOS_FIRST</c> where they begin.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class ComposedChaosTests
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(3);
    private static readonly ChaosPolicy[] Promised = [ChaosPolicy.Named("Vouch default"), ChaosPolicy.Named("WorkerCallPipeline"), ChaosPolicy.Named("retry + breaker per worker")];

    [Fact]
    public void Composed_ManySeeds_KeepEveryPromise()
    {
        int seeds = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CHAOS_SEEDS") ?? "100", CultureInfo.InvariantCulture);
        ulong first = ulong.Parse(Environment.GetEnvironmentVariable("VOUCH_CHAOS_FIRST") ?? "1", CultureInfo.InvariantCulture);

        SwarmReport report = Swarm.Run(seeds, static simulation => RunAsync(simulation, Promised), new SwarmOptions { FirstSeed = first });

        report.Runs.Should().Be(seeds);
    }

    [Fact]
    public void Composed_OneBreakerForAll_IsCaughtAndReducedToAFewFaults()
    {
        SwarmReport report = Swarm.TryRun(100, static simulation => RunAsync(simulation, ChaosPolicy.Named("retry + breaker")));

        report.Failure!.Failure!.Kind.Should().Be(SimulationFailureKind.BrokenPromise);
        report.Failure.Faults.Count.Should().BeLessThanOrEqualTo(2);
        report.ToString().Should().Contain("recovers within 2 s");
    }

    private static async Task RunAsync(Simulation simulation, params ChaosPolicy[] policies)
    {
        var world = new ChaosWorld(simulation);
        bool liesAreAbout = simulation.Faults.Any(static fault => fault.Kind == FaultKind.Byzantine);
        simulation.Always(() => world.Workers.All(static worker => worker.Serving <= worker.Capacity), "no worker serves more than it can");
        Func<int, CancellationToken, ValueTask<long>>[] calls = [.. policies.Select(policy => policy.Build(world))];

        var running = new List<Task>();
        for (int unit = 1; simulation.Elapsed < TimeSpan.FromSeconds(10) || !simulation.FaultsOver.IsCompleted; unit++)
        {
            running.Add(AskAsync(unit, calls[unit % calls.Length]));
            await simulation.Delay(TimeSpan.FromMilliseconds(10 + (40 * simulation.Random.NextDouble())));
        }

        foreach ((ChaosPolicy policy, Func<int, CancellationToken, ValueTask<long>> call) in policies.Zip(calls))
        {
            await simulation.RecoversAsync(TimeSpan.FromSeconds(2), () => AskAsync(7, call), $"{policy.Name} recovers");
        }

        await Task.WhenAll(running);
        int served = world.Workers.Sum(static worker => worker.Serving + worker.Waiting);
        await simulation.EventuallyAsync(() => world.Workers.All(static worker => worker.Serving + worker.Waiting == 0), TimeSpan.FromSeconds(60), $"the workers get done with the {served} calls they have");

        async Task<bool> AskAsync(int unit, Func<int, CancellationToken, ValueTask<long>> call)
        {
            long answer;
            TimeSpan begun = simulation.Elapsed;
            using var patience = new CancellationTokenSource(RequestTime, simulation.Time);
            try
            {
                answer = await call(unit, patience.Token);
            }
            catch (Exception error) when (error is not SimulationException)
            {
                simulation.Require(simulation.Elapsed - begun <= RequestTime, "a request ends within its 3 s");
                return false;
            }

            simulation.Require(simulation.Elapsed - begun <= RequestTime, "a request ends within its 3 s");
            simulation.Require(answer == ChaosWorld.Honest(unit) || liesAreAbout, "an answer is right unless somebody lies");
            return answer == ChaosWorld.Honest(unit);
        }
    }
}
