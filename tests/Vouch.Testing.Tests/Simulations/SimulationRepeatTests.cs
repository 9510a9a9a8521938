using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;
using Vouch.Testing.Workers;

namespace Vouch.Testing.Tests.Simulations;

/// <summary>The same seed gives the same run, byte for byte; other seeds explore other orders.</summary>
public sealed class SimulationRepeatTests
{
    [Fact]
    public void Run_SameSeed_WritesTheSameLogByteForByte()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            (string log, SimulationReport report) = RunLogged(seed);

            (string again, SimulationReport repeated) = RunLogged(seed);

            again.Should().Be(log);
            repeated.Digest.Should().Be(report.Digest);
            repeated.Steps.Should().Be(report.Steps);
            log.Length.Should().BeGreaterThan(1000);
        }
    }

    /// <summary>Written down from one process, so that it is compared with every later one. It changes with the simulated world, with Polly's draws and with .NET's order of continuations.</summary>
    [Fact]
    public void Run_InAnyProcess_HasTheDigestOfTheFirst() => RunLogged(1).Report.Digest.Should().Be("6acbc5feb61244e7");

    [Fact]
    public void Run_OnManyThreadsAtOnce_WritesTheSameLogs()
    {
        string[] alone = [.. Enumerable.Range(1, 8).Select(static seed => RunLogged((ulong)seed).Log)];
        string[] together = new string[8];

        Parallel.For(0, 8, i => together[i] = RunLogged((ulong)i + 1).Log);

        together.Should().Equal(alone);
    }

    [Fact]
    public void Run_OtherSeeds_AreOtherRuns() =>
        Enumerable.Range(1, 50).Select(static seed => RunLogged((ulong)seed).Report.Digest).Distinct().Should().HaveCount(50);

    [Fact]
    public void Run_ARace_IsFoundBySomeSeedAndRepeatedByIt()
    {
        ulong[] losing = [.. Enumerable.Range(1, 50).Select(static seed => (ulong)seed).Where(static seed => Race(seed) != 2)];

        losing.Should().NotBeEmpty("a lost update needs one of the two orders").And.HaveCountLessThan(50);
        Race(losing[0]).Should().Be(1);

        static int Race(ulong seed)
        {
            int counter = 0;
            Simulation.Run(
                async _ =>
                {
                    await Task.WhenAll(Increment(), Increment());

                    async Task Increment()
                    {
                        await Task.Yield();
                        int read = counter;
                        await Task.Yield();
                        counter = read + 1;
                    }
                },
                new SimulationOptions { Seed = seed });
            return counter;
        }
    }

    [Fact]
    public void Record_Events_AreTheLog()
    {
        var log = new StringWriter();

        SimulationReport report = Simulation.Run(
            static async simulation =>
            {
                simulation.Record("door", "opens");
                await simulation.Delay(TimeSpan.FromMilliseconds(1500));
                simulation.Record("door", "closes", 7);
            },
            new SimulationOptions { Log = log, LastEvents = 1 });

        log.ToString().Should().Be("   0.0000000  door: opens\n   1.5000000  door: closes 7\n");
        report.LastEvents.Should().Equal("   1.5000000  door: closes 7");
        report.Events.Should().Be(2);
    }

    private static (string Log, SimulationReport Report) RunLogged(ulong seed)
    {
        var log = new StringWriter();
        SimulationReport report = Simulation.Run(
            static async simulation =>
            {
                IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, static (int unit) => unit * unit);
                ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = simulation.Time }
                    .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 3, UseJitter = true, Randomizer = simulation.Random.NextDouble, Delay = TimeSpan.FromMilliseconds(50) })
                    .AddCircuitBreaker(new CircuitBreakerStrategyOptions { MinimumThroughput = 10, SamplingDuration = TimeSpan.FromSeconds(1) })
                    .AddTimeout(TimeSpan.FromMilliseconds(300))
                    .Build();
                await Task.WhenAll(Enumerable.Range(0, 5).Select(client => Task.Run(async () =>
                {
                    for (int i = 0; i < 20; i++)
                    {
                        try
                        {
                            await pipeline.ExecuteAsync(async token => await workers[(client + i) % 3].ExecuteAsync(i, token).ConfigureAwait(false)).ConfigureAwait(false);
                        }
                        catch (Exception error)
                        {
                            simulation.Record("client", error.GetType().Name, client);
                        }
                    }
                })));
            },
            new SimulationOptions { Seed = seed, Log = log, Faults = FaultSchedule.Draw(seed, FaultSchedule.AllKinds, 6, 3, TimeSpan.FromSeconds(3)) });
        return (log.ToString(), report);
    }
}
