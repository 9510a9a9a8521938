using System.Globalization;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>One thing that was decided about a job, and why.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record Decision
{
    private readonly DateTimeOffset _start;
    private readonly TimeSpan _slot;

    internal Decision(DecisionKind kind, Job job, int slot, string cause, DateTimeOffset start, TimeSpan slotLength)
    {
        Kind = kind;
        Job = job;
        Slot = slot;
        Cause = cause;
        _start = start;
        _slot = slotLength;
    }

    /// <summary>Gets what was decided.</summary>
    public DecisionKind Kind { get; }

    /// <summary>Gets the job.</summary>
    public Job Job { get; }

    /// <summary>Gets the slot in which it was decided.</summary>
    public int Slot { get; }

    /// <summary>Gets the reason in a few words.</summary>
    public string Cause { get; }

    /// <summary>Gets where the rest of the job was planned before, or null.</summary>
    public Segment? From { get; init; }

    /// <summary>Gets where the rest of the job is planned now, or null.</summary>
    public Segment? To { get; init; }

    /// <summary>Gets what the rest of the job was to cost before, by the prices known now, or null.</summary>
    public double? CostBefore { get; init; }

    /// <summary>Gets what the rest of the job is to cost now, or null.</summary>
    public double? CostAfter { get; init; }

    /// <summary>Gets whether the deadline is promised while capacity stays above the declared floor.</summary>
    public bool IsGuaranteed { get; init; }

    /// <summary>Says in words what was decided and why.</summary>
    /// <returns>One sentence, such as <c>frame-3 moved to 03:00-05:00: saves 41 %, deadline slack 9 h</c>.</returns>
    public string Explain()
    {
        string place = To is { } to ? $" to {Clock(to.Start)}-{Clock(to.End)}" : "";
        string saving = CostBefore is { } before && CostAfter is { } after && before > 0 && Kind == DecisionKind.Moved
            ? after <= before
                ? string.Create(CultureInfo.InvariantCulture, $"saves {(before - after) / before:P0}, ")
                : string.Create(CultureInfo.InvariantCulture, $"costs {(after - before) / before:P0} more, ")
            : "";
        string slack = To is { } end && Kind is DecisionKind.Planned or DecisionKind.Moved or DecisionKind.Started
            ? string.Create(CultureInfo.InvariantCulture, $", deadline slack {(_slot * Math.Max(0, Job.Deadline - (To ?? default).End)).TotalHours:0.##} h")
            : "";
        string promise = IsGuaranteed && Kind is DecisionKind.Planned ? ", deadline promised" : "";
        return $"{Job.Id} {Verb()}{place}: {saving}{Cause}{slack}{promise}";
    }

    /// <summary>Returns <see cref="Explain"/>.</summary>
    public override string ToString() => Explain();

    private string Verb() => Kind switch
    {
        DecisionKind.Planned => "planned",
        DecisionKind.Moved => "moved",
        DecisionKind.Held => "held back",
        DecisionKind.Started => "started",
        DecisionKind.Paused => "paused",
        DecisionKind.Aborted => "stopped, its run lost",
        DecisionKind.Finished => "finished",
        _ => "rejected",
    };

    private string Clock(int slot) => (_start + (_slot * slot)).ToString("HH:mm", CultureInfo.InvariantCulture);
}
