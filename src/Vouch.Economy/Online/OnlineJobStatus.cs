using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>How far a job has come.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Kept">The pieces that ran and count, in the order of time; the one that runs is not among them.</param>
/// <param name="Lost">The pieces that ran and were lost.</param>
/// <param name="RunningSince">The slot in which the piece that runs began, or null.</param>
/// <param name="Planned">Where the rest is planned, or null.</param>
/// <param name="IsGuaranteed">Whether its deadline is promised while capacity stays above the declared floor: capacity is reserved for it at present.</param>
/// <param name="WasGuaranteed">Whether its deadline was promised at submission.</param>
public sealed record OnlineJobStatus(
    Job Job,
    string Tenant,
    OnlineJobState State,
    IReadOnlyList<Segment> Kept,
    IReadOnlyList<Segment> Lost,
    int? RunningSince,
    Segment? Planned,
    bool IsGuaranteed,
    bool WasGuaranteed);
