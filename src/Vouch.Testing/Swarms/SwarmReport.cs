using System.Globalization;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Swarms;

/// <summary>What a swarm of simulations did.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SwarmReport
{
    internal SwarmReport(long runs, long steps, TimeSpan elapsed, SimulationReport? failure, FaultSchedule? faultsBefore, int minimizingRuns)
    {
        Runs = runs;
        Steps = steps;
        Elapsed = elapsed;
        Failure = failure;
        FaultsBefore = faultsBefore;
        MinimizingRuns = minimizingRuns;
    }

    /// <summary>Gets how many seeds were run, the one that failed included.</summary>
    public long Runs { get; }

    /// <summary>Gets how many steps they took together.</summary>
    public long Steps { get; }

    /// <summary>Gets how much virtual time passed in them together.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets the run of the lowest seed that failed, with the fewest and smallest faults that were found to fail it in the same way; null where none failed.</summary>
    public SimulationReport? Failure { get; }

    /// <summary>Gets the faults that the failed seed drew, or null where none failed.</summary>
    public FaultSchedule? FaultsBefore { get; }

    /// <summary>Gets how many runs the search for fewer and smaller faults took.</summary>
    public int MinimizingRuns { get; }

    /// <summary>Returns the report as text.</summary>
    public override string ToString() => Failure is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Runs} seeds, {Steps} steps, {Elapsed.TotalSeconds:0} s of virtual time: no failure.")
        : Preface + Failure;

    internal string Preface => string.Create(
        CultureInfo.InvariantCulture,
        $"Seed {Failure!.Seed} failed; {FaultsBefore!.Count} fault(s) reduced to {Failure.Faults.Count} in {MinimizingRuns} further run(s). ");
}
