namespace Vouch.Economy.Scheduling;

/// <summary>How far a solve is.</summary>
/// <param name="Elapsed">The time since it began.</param>
/// <param name="Phase">What it is at.</param>
/// <param name="BestCost">The cost of the best plan so far; a job that must run and has no place yet counts as dearer than all others together.</param>
/// <param name="Bound">The best lower bound so far; negative infinity before the first one.</param>
public readonly record struct SchedulerProgress(TimeSpan Elapsed, SchedulerPhase Phase, double BestCost, double Bound);
