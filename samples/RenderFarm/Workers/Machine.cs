using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>
/// The machine that a worker stands for. All workers of the sample share one computer, on which a tile's time says how busy the others are; a machine of its own takes as
/// long as the work in the tile lasts at its speed. Who traces a quarter of the paths is done in a quarter of the time.
/// </summary>
/// <param name="raysPerSecond">The speed, above 0.</param>
/// <param name="time">The clock that the work is waited for by.</param>
internal sealed class Machine(double raysPerSecond, TimeProvider time)
{
    /// <summary>From which of its units on, counted from 0, the machine is slower, because somebody else uses it as well; null for never.</summary>
    public int? BusyFrom { get; init; }

    /// <summary>How many times as long a unit takes then.</summary>
    public const double BusyFactor = 2.5;

    /// <summary>The machine in words, for the report; null where there is nothing to say.</summary>
    public string? Description => BusyFrom is { } from ? FormattableString.Invariant($"{BusyFactor:0.#} times slower after {from} tiles, for somebody else uses the machine too") : null;

    /// <summary>A machine of the farm: speeds differ by a quarter up and down, as a seed and a name determine.</summary>
    public static Machine Of(WorkerId worker, double raysPerSecond, ulong seed, TimeProvider time, int? busyFrom = null)
    {
        double draw = (CounterRandom.Combine(seed, CounterRandom.HashText(worker.Value), 6) >> 11) * (1.0 / (1UL << 53));
        return new Machine(raysPerSecond * Math.Pow(1.25, (2 * draw) - 1), time) { BusyFrom = busyFrom };
    }

    /// <summary>How long a unit takes.</summary>
    /// <param name="rays">The rays that it took.</param>
    /// <param name="position">How many other units the machine had before.</param>
    public TimeSpan TimeFor(long rays, int position) => TimeSpan.FromSeconds(rays / raysPerSecond * (position >= BusyFrom ? BusyFactor : 1));

    /// <summary>Waits until a unit that was begun at a time is done.</summary>
    public async ValueTask FinishAsync(long begun, long rays, int position, CancellationToken cancellationToken)
    {
        TimeSpan left = TimeFor(rays, position) - time.GetElapsedTime(begun);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The present time, for <see cref="FinishAsync"/>.</summary>
    public long Begin() => time.GetTimestamp();
}
