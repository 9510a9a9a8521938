using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Economy.Scheduling;

/// <summary>One piece of work to place on a price curve: how long, how much of each resource, when at the earliest and at the latest, and what it costs.</summary>
/// <remarks>
/// Immutable and safe to share. Running in slot t costs <c>Rate * price[t]</c>. A job with a <see cref="Penalty"/> may be rejected at that cost; one without must run.
/// Whether a job fits at all (window, capacity, predecessors) is a question to the problem it stands in: <see cref="SchedulingProblem.FindInfeasibilities"/>.
/// </remarks>
public sealed class Job
{
    /// <summary>The largest demand, rate or penalty.</summary>
    public const double MaxAmount = 1e15;

    private const int MaxIdLength = 256;
    private readonly double[] _demands;
    private readonly string[] _predecessors;

    /// <summary>Initializes a job that uses one resource.</summary>
    /// <param name="id">The id, unique in its problem: not blank, 256 characters at most.</param>
    /// <param name="durationSlots">How many slots it runs, 1 or more.</param>
    /// <param name="demand">How much of the pool's capacity it uses while it runs, 0 to <see cref="MaxAmount"/>.</param>
    /// <param name="release">The first slot it may use, 0 or more.</param>
    /// <param name="deadline">The slot before which it ends, above <paramref name="release"/>; beyond the horizon it counts as the horizon's end.</param>
    /// <param name="priority">How much it matters where not all jobs fit; the default is <see cref="Priority.Normal"/>.</param>
    /// <param name="rate">The cost per slot and unit of price, 0 to <see cref="MaxAmount"/>.</param>
    /// <param name="penalty">The cost of not running it, 0 to <see cref="MaxAmount"/>; null where it must run.</param>
    /// <param name="preemption">How it may be interrupted; null where it runs in one piece.</param>
    /// <param name="predecessors">The ids of the jobs that end before it starts; copied.</param>
    /// <exception cref="ArgumentException">An argument is outside its range; the message names the job and the field.</exception>
    public Job(
        string id,
        int durationSlots,
        double demand,
        int release,
        int deadline,
        Priority priority = default,
        double rate = 1,
        double? penalty = null,
        Preemption? preemption = null,
        IEnumerable<string>? predecessors = null)
        : this(id, durationSlots, [demand], release, deadline, priority, rate, penalty, preemption, predecessors)
    {
    }

    /// <summary>Initializes a job that uses several resources.</summary>
    /// <param name="id">The id, unique in its problem: not blank, 256 characters at most.</param>
    /// <param name="durationSlots">How many slots it runs, 1 or more.</param>
    /// <param name="demands">How much of each pool's capacity it uses while it runs, in the order of the problem's pools, each 0 to <see cref="MaxAmount"/>; copied.</param>
    /// <param name="release">The first slot it may use, 0 or more.</param>
    /// <param name="deadline">The slot before which it ends, above <paramref name="release"/>; beyond the horizon it counts as the horizon's end.</param>
    /// <param name="priority">How much it matters where not all jobs fit; the default is <see cref="Priority.Normal"/>.</param>
    /// <param name="rate">The cost per slot and unit of price, 0 to <see cref="MaxAmount"/>.</param>
    /// <param name="penalty">The cost of not running it, 0 to <see cref="MaxAmount"/>; null where it must run.</param>
    /// <param name="preemption">How it may be interrupted; null where it runs in one piece.</param>
    /// <param name="predecessors">The ids of the jobs that end before it starts; copied.</param>
    /// <exception cref="ArgumentException">An argument is outside its range; the message names the job and the field.</exception>
    public Job(
        string id,
        int durationSlots,
        IReadOnlyList<double> demands,
        int release,
        int deadline,
        Priority priority = default,
        double rate = 1,
        double? penalty = null,
        Preemption? preemption = null,
        IEnumerable<string>? predecessors = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(demands);
        if (id.Length > MaxIdLength)
        {
            throw new ArgumentException($"A job id has at most {MaxIdLength} characters; this one has {id.Length}.", nameof(id));
        }

        Require(durationSlots >= 1, id, nameof(durationSlots), durationSlots, "1 slot or more");
        Require(release >= 0, id, nameof(release), release, "slot 0 or later");
        Require(deadline > release, id, nameof(deadline), deadline, string.Create(CultureInfo.InvariantCulture, $"a slot after its release {release}"));
        Require(demands.Count >= 1, id, nameof(demands), demands.Count, "at least one demand");
        RequireAmount(rate, id, nameof(rate));
        if (penalty is { } given)
        {
            RequireAmount(given, id, nameof(penalty));
        }

        _demands = [.. demands];
        foreach (double demand in _demands)
        {
            RequireAmount(demand, id, nameof(demands));
        }

        _predecessors = predecessors is null ? [] : [.. predecessors.Distinct(StringComparer.Ordinal)];
        if (Array.Exists(_predecessors, name => string.IsNullOrWhiteSpace(name) || name == id))
        {
            throw new ArgumentException($"Job '{id}': a predecessor is the id of another job, never blank and never the job itself.", nameof(predecessors));
        }

        Id = id;
        DurationSlots = durationSlots;
        Release = release;
        Deadline = deadline;
        Priority = priority;
        Rate = rate;
        Penalty = penalty;
        Preemption = preemption;
    }

    /// <summary>Gets the id.</summary>
    public string Id { get; }

    /// <summary>Gets how many slots it runs, resume overhead not counted.</summary>
    /// <value>A count of 1 or more.</value>
    public int DurationSlots { get; }

    /// <summary>Gets how much of each pool's capacity it uses while it runs, in the order of the problem's pools.</summary>
    public IReadOnlyList<double> Demands => _demands;

    /// <summary>Gets the first slot it may use.</summary>
    /// <value>A slot of 0 or more.</value>
    public int Release { get; }

    /// <summary>Gets the slot before which it ends.</summary>
    /// <value>A slot after <see cref="Release"/>; beyond the horizon it counts as the horizon's end.</value>
    public int Deadline { get; }

    /// <summary>Gets how much it matters where not all jobs fit.</summary>
    public Priority Priority { get; }

    /// <summary>Gets the cost per slot and unit of price.</summary>
    /// <value>A number in [0, <see cref="MaxAmount"/>].</value>
    public double Rate { get; }

    /// <summary>Gets the cost of not running it, or null where it must run.</summary>
    /// <value>A number in [0, <see cref="MaxAmount"/>], or null.</value>
    public double? Penalty { get; }

    /// <summary>Gets how it may be interrupted, or null where it runs in one piece.</summary>
    public Preemption? Preemption { get; }

    /// <summary>Gets the ids of the jobs that end before it starts.</summary>
    public IReadOnlyList<string> Predecessors => _predecessors;

    /// <summary>Gets whether it must run.</summary>
    public bool MustRun => Penalty is null;

    internal ReadOnlySpan<double> DemandSpan => _demands;

    /// <summary>Makes equal jobs, such as the units of one render: <c>frame-0</c>, <c>frame-1</c> and so on, zero-padded so that their order by id is their order by number.</summary>
    /// <param name="idPrefix">What every id begins with.</param>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="durationSlots">How many slots each runs, 1 or more.</param>
    /// <param name="demand">How much of the pool each uses.</param>
    /// <param name="release">The first slot they may use.</param>
    /// <param name="deadline">The slot before which they end.</param>
    /// <param name="priority">How much they matter where not all jobs fit.</param>
    /// <param name="rate">The cost of each per slot and unit of price.</param>
    /// <returns>The jobs, in the order of their numbers.</returns>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public static IReadOnlyList<Job> Repeat(
        string idPrefix, int count, int durationSlots, double demand, int release, int deadline, Priority priority = default, double rate = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(idPrefix);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        string format = "D" + Math.Max(1, (count - 1).ToString(CultureInfo.InvariantCulture).Length).ToString(CultureInfo.InvariantCulture);
        var jobs = new Job[count];
        for (int i = 0; i < count; i++)
        {
            jobs[i] = new Job(idPrefix + "-" + i.ToString(format, CultureInfo.InvariantCulture), durationSlots, demand, release, deadline, priority, rate);
        }

        return jobs;
    }

    /// <summary>Returns the id and the window as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}: {DurationSlots} slots in [{Release}, {Deadline})");

    private static void RequireAmount(double value, string id, string field) =>
        Require(value is >= 0 and <= MaxAmount, id, field, value, string.Create(CultureInfo.InvariantCulture, $"a number in [0, {MaxAmount:G}]"));

    private static void Require<T>(bool holds, string id, string field, T value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(field, value, string.Create(CultureInfo.InvariantCulture, $"Job '{id}': {field} must be {expected}."));
        }
    }
}
