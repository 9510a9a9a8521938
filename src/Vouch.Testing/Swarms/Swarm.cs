using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Swarms;

/// <summary>
/// Runs a scenario under many seeds. Each seed has its own order of what may run, its own random half of the kinds of faults and its own faults; a failure is reported with its
/// seed and the fewest faults that bring it about.
/// </summary>
/// <remarks>Safe to share. Source: A. Groce, C. Zhang, E. Eide, Y. Chen, J. Regehr, Swarm testing, ISSTA 2012.</remarks>
public static class Swarm
{
    /// <summary>Runs a scenario under many seeds, until one fails.</summary>
    /// <param name="seeds">How many, 1 or more.</param>
    /// <param name="scenario">What to run; called once for each seed, and again for the search after a failure. It must not keep state between runs.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <returns>What the runs did.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scenario"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="SimulationException">A run failed; the message is the whole report.</exception>
    public static SwarmReport Run(int seeds, Func<Simulation, Task> scenario, SwarmOptions? options = null)
    {
        SwarmReport report = TryRun(seeds, scenario, options);
        return report.Failure is null ? report : throw new SimulationException(report.Failure, report.Preface);
    }

    /// <summary>Runs a scenario under many seeds, until one fails, and tells so instead of throwing.</summary>
    /// <param name="seeds">How many, 1 or more.</param>
    /// <param name="scenario">What to run; called once for each seed, and again for the search after a failure. It must not keep state between runs.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <returns>What the runs did.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scenario"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static SwarmReport TryRun(int seeds, Func<Simulation, Task> scenario, SwarmOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        options ??= new SwarmOptions();
        options.ThrowIfInvalid();
        var tally = new Tally(seeds);
        if (options.Threads == 1)
        {
            RunSeeds(scenario, options, tally);
        }
        else
        {
            Parallel.For(0, options.Threads, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, _ => RunSeeds(scenario, options, tally));
        }

        return tally.Failed is { } failed ? Minimize(failed, scenario, options, tally) : new SwarmReport(tally.Runs, tally.Steps, new TimeSpan(tally.Ticks), null, null, 0);
    }

    private static void RunSeeds(Func<Simulation, Task> scenario, SwarmOptions options, Tally tally)
    {
        SimulationReport? stalled = SimulationThread.Run(
            stage =>
            {
                while (tally.TakeSeed() is { } index)
                {
                    SimulationReport report = RunSeed(options.FirstSeed + (ulong)index, scenario, options, stage);
                    if (index == 0 && report.Failure is null)
                    {
                        report = Compare(report, RunSeed(report.Seed, scenario, options, stage));
                    }

                    tally.Add(index, report);
                }
            },
            options.Simulation.StallLimit);
        if (stalled is not null)
        {
            tally.Add((long)(stalled.Seed - options.FirstSeed), stalled);
        }
    }

    private static SimulationReport RunSeed(ulong seed, Func<Simulation, Task> scenario, SwarmOptions options, SimulationThread.Stage stage) =>
        Simulation.RunHere(scenario, options.Simulation.With(seed, options.Draw(seed)), stage);

    private static SimulationReport Compare(SimulationReport first, SimulationReport second) => first.Digest == second.Digest
        ? first
        : new SimulationReport(
            second.Seed, second.Faults, second.Elapsed, second.Steps, second.Events, second.Digest, second.LastEvents,
            new SimulationFailure(
                SimulationFailureKind.NotRepeatable,
                $"The same seed ran twice and did not do the same: {first.Steps} steps, {first.Events} events and digest {first.Digest} the first time, {second.Steps}, {second.Events} and {second.Digest} the second. Look for state that outlives a run, Random.Shared, Guid.NewGuid, the system's clock, and the order of sets and dictionaries whose keys have no stable hash code; take randomness from Simulation.Random.",
                null,
                second.Elapsed));

    private static SwarmReport Minimize(SimulationReport failed, Func<Simulation, Task> scenario, SwarmOptions options, Tally tally)
    {
        SimulationReport smallest = failed;
        int runs = 0;
        SimulationReport? stalled = SimulationThread.Run(
            stage =>
            {
                var minimizer = new FaultMinimizer(
                    faults => Simulation.RunHere(scenario, options.Simulation.With(failed.Seed, faults), stage), failed, options.MinimizingRuns);
                smallest = minimizer.Minimize();
                runs = minimizer.Runs;
            },
            options.Simulation.StallLimit);
        return new SwarmReport(tally.Runs, tally.Steps, new TimeSpan(tally.Ticks), stalled is null ? smallest : failed, failed.Faults, runs);
    }

    /// <summary>What the threads of a swarm share. Seeds are taken in order, so that every seed below a failed one is run as well: the lowest that fails is the same on any number of threads.</summary>
    private sealed class Tally(int seeds)
    {
        private readonly Lock _lock = new();
        private long _next;
        private long _failedIndex = long.MaxValue;

        public long Runs { get; private set; }

        public long Steps { get; private set; }

        public long Ticks { get; private set; }

        public SimulationReport? Failed { get; private set; }

        public long? TakeSeed()
        {
            lock (_lock)
            {
                return _next < seeds && _next < _failedIndex ? _next++ : null;
            }
        }

        public void Add(long index, SimulationReport report)
        {
            lock (_lock)
            {
                Runs++;
                Steps += report.Steps;
                Ticks += report.Elapsed.Ticks;
                if (report.Failure is not null && index < _failedIndex)
                {
                    _failedIndex = index;
                    Failed = report;
                }
            }
        }
    }
}
