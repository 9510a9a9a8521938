using Vouch.Core.Models;

namespace Vouch.Execution.Progress;

/// <summary>
/// One thing that happened in a run. Same job, same seed, same workers: same events in the same order, as long as workers answer the same; how long they took is
/// the one part that differs.
/// </summary>
/// <param name="Sequence">The number of the event in the run, from 0.</param>
/// <param name="Kind">What happened.</param>
/// <param name="UnitId">The unit it is about, where it is about one.</param>
/// <param name="Worker">The worker it is about, where it is about one.</param>
/// <param name="ErrorProbability">
/// For events about a result the chance that it is wrong, for the others the chance that the worker's next result is wrong; null where there is none to state.
/// </param>
/// <param name="Text">What happened in words, for people.</param>
public sealed record RunEvent(long Sequence, RunEventKind Kind, WorkUnitId? UnitId, WorkerId? Worker, double? ErrorProbability, string Text)
{
    /// <summary>Gets how long the worker took, from being asked to its answer; standing in line for the worker is not part of it.</summary>
    /// <value>Set for <see cref="RunEventKind.Answered"/>, null for everything else.</value>
    public TimeSpan? Latency { get; init; }
}
