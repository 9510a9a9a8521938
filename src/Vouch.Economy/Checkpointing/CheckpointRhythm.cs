using Vouch.Economy.Online;

namespace Vouch.Economy.Checkpointing;

/// <summary>How a run saves its work: how long it works between two checkpoints, and how long each one takes.</summary>
/// <remarks>Immutable and safe to share. Times in one unit, such as slots; the last stretch of a run ends without a checkpoint.</remarks>
public readonly record struct CheckpointRhythm
{
    /// <summary>Initializes a rhythm.</summary>
    /// <param name="interval">How long is worked between two checkpoints, above zero; positive infinity for none.</param>
    /// <param name="cost">How long a checkpoint takes, finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public CheckpointRhythm(double interval, double cost)
    {
        if (!(interval > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is a number above 0.");
        }

        if (!(cost >= 0 && double.IsFinite(cost)))
        {
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "The cost of a checkpoint is a finite number of 0 or more.");
        }

        Interval = interval;
        Cost = cost;
    }

    /// <summary>Gets how long is worked between two checkpoints.</summary>
    public double Interval { get; }

    /// <summary>Gets how long a checkpoint takes.</summary>
    public double Cost { get; }

    /// <summary>Makes the rhythm that loses least at a mean time between failures (<see cref="CheckpointInterval.Daly"/>).</summary>
    /// <param name="cost">How long a checkpoint takes, above zero, finite.</param>
    /// <param name="meanTimeBetweenFailures">The mean time between failures, above zero; positive infinity where there are none.</param>
    /// <returns>The rhythm.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static CheckpointRhythm For(double cost, double meanTimeBetweenFailures) => new(CheckpointInterval.Daly(cost, meanTimeBetweenFailures), cost);

    /// <summary>Gets how long a run takes that does an amount of work without being stopped.</summary>
    /// <param name="work">The work, 0 or more.</param>
    /// <returns>The work and its checkpoints.</returns>
    public double TimeFor(double work) => work <= 0 || double.IsPositiveInfinity(Interval) ? work : work + (Cost * Math.Max(0, Math.Ceiling((work / Interval) - 1e-9) - 1));

    /// <summary>Gets how much work is safe if a run is stopped without a warning.</summary>
    /// <param name="elapsed">How long it ran, 0 or more.</param>
    /// <returns>The work up to the last checkpoint that ended.</returns>
    public double SavedAfter(double elapsed) => double.IsPositiveInfinity(Interval) ? 0 : Interval * Math.Floor((elapsed / (Interval + Cost)) + 1e-9);

    /// <summary>Gets how much work is done after a time, saved or not.</summary>
    /// <param name="elapsed">How long the run took so far, 0 or more.</param>
    /// <returns>The work.</returns>
    public double DoneAfter(double elapsed)
    {
        if (double.IsPositiveInfinity(Interval))
        {
            return elapsed;
        }

        double cycles = Math.Floor((elapsed / (Interval + Cost)) + 1e-9);
        return (cycles * Interval) + Math.Min(Interval, Math.Max(0, elapsed - (cycles * (Interval + Cost))));
    }
}
