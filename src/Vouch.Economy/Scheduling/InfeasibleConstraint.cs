namespace Vouch.Economy.Scheduling;

/// <summary>The names of the constraints that an <see cref="Infeasibility"/> and a <see cref="Vouch.Core.Exceptions.SchedulingException"/> report.</summary>
public static class InfeasibleConstraint
{
    /// <summary>The job's own window, from release to deadline, is shorter than its duration.</summary>
    public const string Deadline = "deadline";

    /// <summary>The window that predecessors and successors leave is shorter than the duration.</summary>
    public const string Precedence = "precedence";

    /// <summary>The pool's capacity alone is too small for the job, even if nothing else ran.</summary>
    public const string Capacity = "capacity";

    /// <summary>The job fits alone, but not beside the others.</summary>
    public const string Contention = "contention";
}
