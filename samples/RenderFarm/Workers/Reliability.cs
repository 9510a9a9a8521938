using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>How a worker fails without lying: it comes before every unit.</summary>
internal abstract class Reliability
{
    /// <summary>The failure in words, for the report.</summary>
    public abstract string Description { get; }

    /// <summary>Lets the unit pass, holds it up, or throws.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <param name="unitsSeen">How many different units the worker was given so far, this one included.</param>
    /// <param name="cancellationToken">Cancelled when the answer is no longer wanted.</param>
    public abstract ValueTask BeforeAsync(WorkUnitId unit, int unitsSeen, CancellationToken cancellationToken);
}

/// <summary>Always there.</summary>
internal sealed class Steady : Reliability
{
    public override string Description => "steady";

    public override ValueTask BeforeAsync(WorkUnitId unit, int unitsSeen, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>Works for a while, then throws and stays dead.</summary>
internal sealed class Crasher(int unitsBefore) : Reliability
{
    public override string Description => $"crashes after {unitsBefore} tiles and stays dead";

    public override ValueTask BeforeAsync(WorkUnitId unit, int unitsSeen, CancellationToken cancellationToken) =>
        unitsSeen > unitsBefore ? throw new WorkerCrashedException($"The worker died after {unitsBefore} tiles.") : ValueTask.CompletedTask;
}

/// <summary>Answers a share of its units far too late.</summary>
internal sealed class Sluggard(ulong seed, double share, TimeSpan delay, TimeProvider time) : Reliability
{
    public override string Description => FormattableString.Invariant($"answers {100 * share:0} % of its tiles {delay.TotalSeconds:0.#} s late");

    public override async ValueTask BeforeAsync(WorkUnitId unit, int unitsSeen, CancellationToken cancellationToken)
    {
        double draw = (CounterRandom.Combine(seed, CounterRandom.HashText(unit.Value), 4) >> 11) * (1.0 / (1UL << 53));
        if (draw < share)
        {
            await Task.Delay(delay, time, cancellationToken);
        }
    }
}

/// <summary>Takes a share of its units and never answers; it does not listen to cancellation either.</summary>
internal sealed class Hanger(ulong seed, double share) : Reliability
{
    public override string Description => FormattableString.Invariant($"never answers {100 * share:0} % of its tiles");

    public override ValueTask BeforeAsync(WorkUnitId unit, int unitsSeen, CancellationToken cancellationToken)
    {
        double draw = (CounterRandom.Combine(seed, CounterRandom.HashText(unit.Value), 5) >> 11) * (1.0 / (1UL << 53));
        return draw < share ? new ValueTask(new TaskCompletionSource().Task) : ValueTask.CompletedTask;
    }
}

/// <summary>A worker's machine is gone.</summary>
internal sealed class WorkerCrashedException(string message) : Exception(message);
