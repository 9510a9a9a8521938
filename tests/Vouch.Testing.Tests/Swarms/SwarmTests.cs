using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;
using Vouch.Testing.Swarms;
using Vouch.Testing.Workers;

namespace Vouch.Testing.Tests.Swarms;

public sealed class SwarmTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Run_AClientThatTriesAllWorkers_SurvivesEverySeed()
    {
        SwarmReport report = Swarm.Run(100, CarefulClientAsync);

        report.Runs.Should().Be(100);
        report.Failure.Should().BeNull();
        report.Elapsed.Should().BeGreaterThan(100 * Second);
    }

    [Fact]
    public void Run_AClientThatTrustsEverybody_IsCaughtWithTheOneFaultThatMatters()
    {
        SwarmReport report = Swarm.TryRun(200, TrustingClientAsync);

        SimulationReport failure = report.Failure!;
        failure.Failure!.Kind.Should().Be(SimulationFailureKind.BrokenPromise);
        failure.Faults.Should().ContainSingle().Which.Kind.Should().Be(FaultKind.Byzantine, "damage is noticed in this scenario, lies are not");
        report.FaultsBefore!.Count.Should().BeGreaterThanOrEqualTo(1);
        report.ToString().Should().Contain("reduced to 1").And.Contain("lies").And.Contain($"Seed = {failure.Seed}");

        SimulationReport repeated = Simulation.TryRun(TrustingClientAsync, new SimulationOptions { Seed = failure.Seed, Faults = FaultSchedule.Parse(failure.Faults.ToString()) });
        repeated.Digest.Should().Be(failure.Digest, "what the report says repeats the failure");
    }

    [Fact]
    public void Run_TwoFaultsThatMatterTogether_AreBothKept()
    {
        // Fails only while a crash of the first worker and one of the second overlap.
        Func<Simulation, Task> scenario = static async simulation =>
        {
            IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, static (int unit) => unit);
            simulation.Always(() => !(workers[0].IsDown && workers[1].IsDown), "one of the first two is up");
            await simulation.FaultsOver;
        };

        SwarmReport report = Swarm.TryRun(2000, scenario, new SwarmOptions { Kinds = [FaultKind.Crash, FaultKind.Slow, FaultKind.Loss, FaultKind.Delay], MaxFaults = 8 });

        report.Failure!.Faults.Count(fault => fault.Kind == FaultKind.Crash).Should().Be(report.Failure.Faults.Count);
        report.Failure.Faults.Count.Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public void TryRun_OnSeveralThreads_FindsTheSameLowestSeed()
    {
        SwarmReport one = Swarm.TryRun(200, TrustingClientAsync, new SwarmOptions { MinimizingRuns = 0 });

        SwarmReport four = Swarm.TryRun(200, TrustingClientAsync, new SwarmOptions { MinimizingRuns = 0, Threads = 4 });

        four.Failure!.Seed.Should().Be(one.Failure!.Seed);
        four.Failure.Digest.Should().Be(one.Failure.Digest);
    }

    [Fact]
    public void Run_StateThatOutlivesARun_IsNotRepeatable()
    {
        int runs = 0;

        SwarmReport report = Swarm.TryRun(10, async simulation =>
        {
            await simulation.Delay(++runs * Second);
        });

        report.Failure!.Failure!.Kind.Should().Be(SimulationFailureKind.NotRepeatable);
        report.Failure.Failure.Message.Should().Contain("Simulation.Random");
    }

    [Fact]
    public void Run_Failed_ThrowsTheReport()
    {
        Action run = () => Swarm.Run(200, TrustingClientAsync);

        run.Should().Throw<SimulationException>().Which.Message.Should().Contain("reduced to 1").And.Contain("Broken promise: answers are true");
    }

    [Fact]
    public void Run_NoKinds_ExploresOrdersAlone()
    {
        SwarmReport report = Swarm.Run(
            10,
            static async simulation =>
            {
                simulation.Faults.Should().BeEmpty();
                await simulation.Delay(Second);
            },
            new SwarmOptions { Kinds = [] });

        report.Runs.Should().Be(10);
    }

    [Fact]
    public void Options_OutsideTheirRange_AreNamed()
    {
        Func<SwarmOptions, Action> run = options => () => Swarm.Run(1, static _ => Task.CompletedTask, options);

        run(new SwarmOptions { MaxFaults = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MaxFaults");
        run(new SwarmOptions { Workers = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Workers");
        run(new SwarmOptions { Horizon = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Horizon");
        run(new SwarmOptions { Threads = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Threads");
        run(new SwarmOptions { MinimizingRuns = -1 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MinimizingRuns");
    }

    private static async Task CarefulClientAsync(Simulation simulation)
    {
        IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, static (int unit) => unit * unit);
        for (int unit = 1; unit <= 30; unit++)
        {
            await AskAllAsync(simulation, workers, unit);
            await simulation.Delay(TimeSpan.FromMilliseconds(300));
        }

        await simulation.FaultsOver;
        await simulation.RecoversAsync(2 * Second, async () => await AskAllAsync(simulation, workers, 5) == 25);
    }

    private static async Task<int> AskAllAsync(Simulation simulation, IReadOnlyList<SimulatedWorker<int, int>> workers, int unit)
    {
        Task<int>[] answers = [.. workers.Select(worker => AskAsync(simulation, worker, unit))];
        await Task.WhenAll(answers);
        return answers.GroupBy(answer => answer.Result).MaxBy(group => group.Count())!.Key;
    }

    private static async Task<int> AskAsync(Simulation simulation, SimulatedWorker<int, int> worker, int unit)
    {
        try
        {
            return await worker.ExecuteAsync(unit).AsTask().WaitAsync(Second, simulation.Time);
        }
        catch (Exception)
        {
            return -1;
        }
    }

    private static async Task TrustingClientAsync(Simulation simulation)
    {
        IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(3, static (int unit) => unit * unit);
        for (int unit = 1; unit <= 30; unit++)
        {
            int answer = await AskAsync(simulation, workers[unit % 3], unit);
            simulation.Require(answer == unit * unit || answer == -1, "answers are true");
            await simulation.Delay(TimeSpan.FromMilliseconds(300));
        }
    }
}
