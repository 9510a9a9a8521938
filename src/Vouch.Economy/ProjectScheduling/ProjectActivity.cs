using System.Globalization;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>One activity of a project: how long it takes, what it uses while it runs, and what must end before it starts.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class ProjectActivity
{
    /// <summary>The longest duration.</summary>
    public const int MaxDuration = 1_000_000;

    /// <summary>The largest demand.</summary>
    public const int MaxDemand = 1_000_000_000;

    private const int MaxIdLength = 256;
    private readonly int[] _demands;
    private readonly string[] _predecessors;

    /// <summary>Initializes an activity.</summary>
    /// <param name="id">The id, unique in its project: not blank, 256 characters at most.</param>
    /// <param name="duration">How many slots it takes, 0 (a milestone) to <see cref="MaxDuration"/>.</param>
    /// <param name="demands">How much of each resource it uses while it runs, in the order of the project's resources, each 0 to <see cref="MaxDemand"/>; copied.</param>
    /// <param name="predecessors">The ids of the activities that end before it starts; copied, without repetitions.</param>
    /// <exception cref="ArgumentException">An argument is outside its range; the message names the activity and the field.</exception>
    public ProjectActivity(string id, int duration, IReadOnlyList<int> demands, IEnumerable<string>? predecessors = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(demands);
        if (id.Length > MaxIdLength)
        {
            throw new ArgumentException($"An activity id has at most {MaxIdLength} characters; this one has {id.Length}.", nameof(id));
        }

        Require(duration is >= 0 and <= MaxDuration, id, nameof(duration), duration, $"0 to {MaxDuration} slots");
        _demands = [.. demands];
        foreach (int demand in _demands)
        {
            Require(demand is >= 0 and <= MaxDemand, id, nameof(demands), demand, $"0 to {MaxDemand}");
        }

        _predecessors = predecessors is null ? [] : [.. predecessors.Distinct(StringComparer.Ordinal)];
        if (Array.Exists(_predecessors, name => string.IsNullOrWhiteSpace(name) || name == id))
        {
            throw new ArgumentException($"Activity '{id}': a predecessor is the id of another activity, never blank and never the activity itself.", nameof(predecessors));
        }

        Id = id;
        Duration = duration;
    }

    /// <summary>Gets the id.</summary>
    public string Id { get; }

    /// <summary>Gets how many slots it takes.</summary>
    /// <value>A count in [0, <see cref="MaxDuration"/>].</value>
    public int Duration { get; }

    /// <summary>Gets how much of each resource it uses while it runs, in the order of the project's resources.</summary>
    public IReadOnlyList<int> Demands => _demands;

    /// <summary>Gets the ids of the activities that end before it starts.</summary>
    public IReadOnlyList<string> Predecessors => _predecessors;

    internal ReadOnlySpan<int> DemandSpan => _demands;

    /// <summary>Returns the id and the duration as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}: {Duration} slots");

    private static void Require(bool holds, string id, string field, int value, FormattableString expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                field, value, string.Create(CultureInfo.InvariantCulture, $"Activity '{id}': {field} must be {expected.ToString(CultureInfo.InvariantCulture)}."));
        }
    }
}
