using System.Globalization;

namespace Vouch.Testing.Faults;

/// <summary>One thing that goes wrong for a while.</summary>
/// <remarks>Immutable. As text: <c>Crash 1 at 2.5s for 3s x0.5</c>, <c>Slow * at 0s for 10s x1</c>; times have the resolution of a tick, 100 ns.</remarks>
public sealed record Fault
{
    /// <summary>Initializes a fault.</summary>
    /// <param name="kind">What goes wrong.</param>
    /// <param name="worker">The number of the worker, from 0, in the order in which workers are added; more than there are begins again at the first. <see cref="AllWorkers"/> for all.</param>
    /// <param name="start">When it begins, in virtual time; zero or more.</param>
    /// <param name="duration">How long it lasts; positive.</param>
    /// <param name="intensity">How bad it is, in (0, 1]; <see cref="FaultKind"/> says what that means for each kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public Fault(FaultKind kind, int worker, TimeSpan start, TimeSpan duration, double intensity = 1)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of fault.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(worker, AllWorkers);
        ArgumentOutOfRangeException.ThrowIfLessThan(start, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        if (duration > LongestTime || start > LongestTime)
        {
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "A fault begins and lasts at most 1000 days.");
        }

        if (!(intensity > 0 && intensity <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(intensity), intensity, "An intensity is a number in (0, 1].");
        }

        Kind = kind;
        Worker = worker;
        Start = start;
        Duration = duration;
        Intensity = intensity;
    }

    /// <summary>The <see cref="Worker"/> of a fault of all workers.</summary>
    public const int AllWorkers = -1;

    internal static readonly TimeSpan LongestTime = TimeSpan.FromDays(1000);

    /// <summary>Gets what goes wrong.</summary>
    public FaultKind Kind { get; }

    /// <summary>Gets the number of the worker, or <see cref="AllWorkers"/>.</summary>
    public int Worker { get; }

    /// <summary>Gets when it begins.</summary>
    public TimeSpan Start { get; }

    /// <summary>Gets how long it lasts.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Gets how bad it is.</summary>
    /// <value>A number in (0, 1].</value>
    public double Intensity { get; }

    /// <summary>Gets when it is over.</summary>
    public TimeSpan End => Start + Duration;

    /// <summary>Returns the fault as text that <see cref="FaultSchedule.Parse"/> reads.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind} {(Worker == AllWorkers ? "*" : Worker.ToString(CultureInfo.InvariantCulture))} at {Seconds(Start)}s for {Seconds(Duration)}s x{Intensity}");

    private static string Seconds(TimeSpan span) => ((decimal)span.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture);
}
