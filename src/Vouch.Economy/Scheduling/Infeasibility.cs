namespace Vouch.Economy.Scheduling;

/// <summary>Why a job cannot run: the constraint, the window it looked at, the resource, and what would make it feasible.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Constraint">What stands in the way; one of <see cref="InfeasibleConstraint"/>.</param>
/// <param name="Window">The slots it may use once its release, deadline, predecessors and successors are taken into account; its length is 0 or less where nothing is left.</param>
/// <param name="Resource">The name of the pool, where one stands in the way.</param>
/// <param name="Message">The reason in words.</param>
/// <param name="Remedy">What would make it feasible.</param>
/// <param name="IsProven">Whether no schedule can hold the job; false where only the search found none.</param>
public sealed record Infeasibility(string JobId, string Constraint, Segment Window, string? Resource, string Message, string Remedy, bool IsProven);
