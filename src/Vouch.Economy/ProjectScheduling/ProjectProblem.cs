using System.Collections.Frozen;
using System.Globalization;
using Vouch.Economy.ProjectScheduling.Search;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>Activities with precedence on renewable resources, to be finished as early as possible (RCPSP, PS|prec|Cmax).</summary>
/// <remarks>
/// Immutable and safe to share. Slots are half-open: an activity of 2 slots that starts at 5 uses slots 5 and 6 and ends at 7. The durations add up to at most
/// <see cref="MaxHorizon"/>. Construction refuses whatever has no schedule at all, so that every problem has one.
/// </remarks>
public sealed class ProjectProblem
{
    /// <summary>The largest sum of the durations.</summary>
    public const int MaxHorizon = 10_000_000;

    /// <summary>The largest number of activities.</summary>
    public const int MaxActivities = 65_535;

    private readonly ProjectActivity[] _activities;
    private readonly ProjectResource[] _resources;
    private readonly FrozenDictionary<string, int> _index;

    /// <summary>Initializes a problem.</summary>
    /// <param name="resources">The resources, with unique names; may be empty; copied.</param>
    /// <param name="activities">The activities, 1 to <see cref="MaxActivities"/>, with unique ids, one demand per resource and none above its capacity, and predecessors that exist and do not go round in circles; copied.</param>
    /// <exception cref="ArgumentException">The parts do not fit together; the message names the activity and the field.</exception>
    public ProjectProblem(IEnumerable<ProjectResource> resources, IEnumerable<ProjectActivity> activities)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(activities);
        _resources = [.. resources];
        _activities = [.. activities];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ProjectResource resource in _resources)
        {
            ArgumentNullException.ThrowIfNull(resource, nameof(resources));
            if (!names.Add(resource.Name))
            {
                throw new ArgumentException($"Resource '{resource.Name}': the name stands twice; names are unique.", nameof(resources));
            }
        }

        if (_activities.Length is < 1 or > MaxActivities)
        {
            throw new ArgumentException(Text($"A project has 1 to {MaxActivities} activities; there are {_activities.Length}."), nameof(activities));
        }

        _index = Index();
        CheckActivities();
        Model = new ProjectModel(this);
        if (Model.CycleMember is { } member)
        {
            throw new ArgumentException($"Activity '{member}': its predecessors lead back to itself.", nameof(activities));
        }
    }

    /// <summary>Gets the resources.</summary>
    public IReadOnlyList<ProjectResource> Resources => _resources;

    /// <summary>Gets the activities, in the order they were given.</summary>
    public IReadOnlyList<ProjectActivity> Activities => _activities;

    /// <summary>Gets the length of the longest chain of precedence: no schedule is shorter.</summary>
    public int CriticalPath => Model.CriticalPath;

    internal ProjectModel Model { get; }

    internal int IndexOf(string id) => _index.GetValueOrDefault(id, -1);

    /// <summary>Checks start times against every rule, in O(activities * (resources + log activities) + precedences).</summary>
    /// <param name="starts">The start of each activity, in the order of <see cref="Activities"/>.</param>
    /// <returns>What is broken, in words that name activity, slot and resource; empty for a feasible schedule.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="starts"/> is null.</exception>
    public IReadOnlyList<string> FindViolations(IReadOnlyList<int> starts)
    {
        ArgumentNullException.ThrowIfNull(starts);
        return ProjectRules.Violations(this, starts);
    }

    private FrozenDictionary<string, int> Index()
    {
        var index = new Dictionary<string, int>(_activities.Length, StringComparer.Ordinal);
        for (int i = 0; i < _activities.Length; i++)
        {
            ProjectActivity activity = _activities[i] ?? throw new ArgumentException(Text($"Activity {i} of the list is null."), "activities");
            if (!index.TryAdd(activity.Id, i))
            {
                throw new ArgumentException($"Activity '{activity.Id}': the id stands twice; ids are unique.", "activities");
            }
        }

        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private void CheckActivities()
    {
        long horizon = 0;
        foreach (ProjectActivity activity in _activities)
        {
            if (activity.Demands.Count != _resources.Length)
            {
                throw new ArgumentException(
                    Text($"Activity '{activity.Id}': demands must be {_resources.Length}, one per resource; there are {activity.Demands.Count}."), "activities");
            }

            for (int k = 0; k < _resources.Length; k++)
            {
                if (activity.Duration > 0 && activity.Demands[k] > _resources[k].Capacity)
                {
                    throw new ArgumentException(
                        Text($"Activity '{activity.Id}' uses {activity.Demands[k]} of resource '{_resources[k].Name}', which has {_resources[k].Capacity}: it can never run."), "activities");
                }
            }

            foreach (string predecessor in activity.Predecessors)
            {
                if (!_index.ContainsKey(predecessor))
                {
                    throw new ArgumentException($"Activity '{activity.Id}': its predecessor '{predecessor}' is not among the activities.", "activities");
                }
            }

            horizon += activity.Duration;
        }

        if (horizon > MaxHorizon)
        {
            throw new ArgumentException(Text($"The durations add up to {horizon} slots; at most {MaxHorizon} are taken. Use longer slots."), "activities");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
