using Vouch.Core.Models;

namespace Vouch.Economy.Reporting;

/// <summary>What the jobs of one priority cost.</summary>
/// <param name="Priority">The priority.</param>
/// <param name="Jobs">How many jobs have it, rejected ones included.</param>
/// <param name="Rejected">How many of them are rejected.</param>
/// <param name="Cost">What they cost together, penalties included.</param>
public sealed record PriorityCost(Priority Priority, int Jobs, int Rejected, double Cost);
