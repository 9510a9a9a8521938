using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Vouch.Core.Exceptions;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Faults;

/// <summary>The faults of a run. Faults overlap freely; of two of a kind at one worker the worse counts.</summary>
/// <remarks>Immutable. As text: the faults, separated by semicolons.</remarks>
public sealed partial class FaultSchedule : IReadOnlyList<Fault>, IEquatable<FaultSchedule>
{
    private readonly Fault[] _faults;

    /// <summary>Initializes a schedule.</summary>
    /// <param name="faults">The faults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="faults"/> or one of them is null.</exception>
    public FaultSchedule(params IEnumerable<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        _faults = [.. faults];
        foreach (Fault fault in _faults)
        {
            ArgumentNullException.ThrowIfNull(fault, nameof(faults));
        }
    }

    /// <summary>Gets the schedule without faults.</summary>
    public static FaultSchedule None { get; } = new();

    /// <summary>Gets all kinds of faults.</summary>
    public static IReadOnlyList<FaultKind> AllKinds { get; } = Enum.GetValues<FaultKind>();

    /// <inheritdoc/>
    public int Count => _faults.Length;

    /// <summary>Gets when the last fault is over; zero where there is none.</summary>
    public TimeSpan End => _faults.Length == 0 ? TimeSpan.Zero : _faults.Max(static fault => fault.End);

    /// <inheritdoc/>
    public Fault this[int index] => _faults[index];

    /// <summary>Reads a schedule from text.</summary>
    /// <param name="text">Faults such as <c>Crash 1 at 2.5s for 3s x0.5</c>, separated by semicolons or line ends; empty for none.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="InputValidationException">A fault does not read as one; the message says which and what is expected.</exception>
    public static FaultSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FaultSchedule(text.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseFault));
    }

    /// <summary>Draws a schedule as swarm testing does: first a random half of the kinds, then faults of these kinds only.</summary>
    /// <param name="seed">The seed; the same seed and arguments draw the same schedule.</param>
    /// <param name="kinds">The kinds to draw from; at least one.</param>
    /// <param name="maxFaults">How many faults at most, 1 or more.</param>
    /// <param name="workers">How many workers to strike, 1 or more.</param>
    /// <param name="horizon">When all faults are over; at least 10 ms.</param>
    /// <returns>One to <paramref name="maxFaults"/> faults, none of which outlasts <paramref name="horizon"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="kinds"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="kinds"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <remarks>
    /// Leaving kinds out finds more than always mixing all of them, because some faults hide what others would show. Source: A. Groce, C. Zhang, E. Eide, Y. Chen, J. Regehr,
    /// Swarm testing, ISSTA 2012.
    /// </remarks>
    public static FaultSchedule Draw(ulong seed, IReadOnlyCollection<FaultKind> kinds, int maxFaults, int workers, TimeSpan horizon)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFaults, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(horizon, Fault.LongestTime);
        FaultKind[] all = [.. kinds.Distinct().Order()];
        if (all.Length == 0)
        {
            throw new ArgumentException("At least one kind of fault is needed.", nameof(kinds));
        }

        SeededRandom random = SeededRandom.For(seed, 3);
        FaultKind[] chosen = [.. all.Where(_ => random.Below(2) == 0)];
        if (chosen.Length == 0)
        {
            chosen = [all[random.Below(all.Length)]];
        }

        var faults = new Fault[1 + random.Below(maxFaults)];
        for (int i = 0; i < faults.Length; i++)
        {
            // Durations are spread evenly over orders of magnitude, from a hundredth of the horizon; times are whole milliseconds, which read well.
            double duration = horizon.TotalMilliseconds * Math.Pow(10, -2 * random.NextDouble());
            double start = (horizon.TotalMilliseconds - duration) * random.NextDouble();
            faults[i] = new Fault(
                chosen[random.Below(chosen.Length)],
                random.Below(8) == 0 ? Fault.AllWorkers : random.Below(workers),
                TimeSpan.FromMilliseconds(Math.Floor(start)),
                TimeSpan.FromMilliseconds(Math.Max(1, Math.Floor(duration))),
                (1 + random.Below(10)) / 10.0);
        }

        return new FaultSchedule(faults.OrderBy(static fault => fault.Start));
    }

    /// <inheritdoc/>
    public IEnumerator<Fault> GetEnumerator() => ((IEnumerable<Fault>)_faults).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(FaultSchedule? other) => other is not null && _faults.AsSpan().SequenceEqual(other._faults);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FaultSchedule);

    /// <inheritdoc/>
    public override int GetHashCode() => _faults.Aggregate(_faults.Length, static (hash, fault) => HashCode.Combine(hash, fault));

    /// <summary>Returns the schedule as text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join("; ", _faults.Select(static fault => fault.ToString()));

    private static Fault ParseFault(string text, int index)
    {
        Match match = Form().Match(text);
        if (!match.Success || !Enum.TryParse(match.Groups["kind"].Value, ignoreCase: true, out FaultKind kind) || !Enum.IsDefined(kind))
        {
            throw Unreadable(text, index, null);
        }

        try
        {
            return new Fault(
                kind,
                match.Groups["worker"].Value == "*" ? Fault.AllWorkers : int.Parse(match.Groups["worker"].ValueSpan, CultureInfo.InvariantCulture),
                Span(match.Groups["start"].Value),
                Span(match.Groups["duration"].Value),
                double.Parse(match.Groups["intensity"].ValueSpan, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or OverflowException)
        {
            throw Unreadable(text, index, error);
        }
    }

    private static TimeSpan Span(string seconds) => new(decimal.ToInt64(decimal.Parse(seconds, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    private static InputValidationException Unreadable(string text, int index, Exception? error) => new(
        $"Fault {index + 1}, '{text}', does not read as '<kind> <worker or *> at <seconds>s for <seconds>s x<intensity>', such as 'Crash 1 at 2.5s for 3s x0.5' with a kind of: {string.Join(", ", AllKinds)}.{(error is null ? "" : " " + error.Message)}",
        error);

    [GeneratedRegex(@"^(?<kind>[A-Za-z]+) (?<worker>\*|[0-9]+) at (?<start>[0-9]{1,10}(\.[0-9]{1,7})?)s for (?<duration>[0-9]{1,10}(\.[0-9]{1,7})?)s x(?<intensity>[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
