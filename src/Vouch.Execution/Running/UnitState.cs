using Vouch.Core.Models;
using Vouch.Execution.Jobs;

namespace Vouch.Execution.Running;

/// <summary>Where a unit stands. Read and written by the run's one coordinating flow only.</summary>
internal sealed class UnitState<TUnit, TResult>(WorkUnit<TUnit> unit, int order, double price, DateTimeOffset? notBefore)
{
    private int _groups;

    public WorkUnit<TUnit> Unit { get; } = unit;

    /// <summary>The position in the schedule: lower goes first.</summary>
    public int Order { get; } = order;

    /// <summary>The price of a unit of work at the planned time.</summary>
    public double Price { get; } = price;

    /// <summary>The planned start, where the job has a price curve.</summary>
    public DateTimeOffset? NotBefore { get; } = notBefore;

    /// <summary>The results in question; those that were rejected have left.</summary>
    public List<Candidate<TUnit, TResult>> Candidates { get; } = [];

    /// <summary>Who has sent a result, rejected ones included: nobody is asked twice.</summary>
    public HashSet<WorkerId> Answered { get; } = [];

    /// <summary>Who was tried and sent nothing: asked again only when nobody else is left.</summary>
    public HashSet<WorkerId> Silent { get; } = [];

    /// <summary>How often the unit was sent out.</summary>
    public int Attempts { get; set; }

    /// <summary>How many checks its results had, for the seeds of further ones.</summary>
    public int Checks { get; set; }

    /// <summary>Whether a call or a check is under way.</summary>
    public bool IsPending { get; set; }

    public bool IsDone { get; set; }

    /// <summary>The check that is wanted next, or null where a worker is wanted.</summary>
    public Candidate<TUnit, TResult>? NextCheck { get; set; }

    public double Cost { get; set; }

    public string? GivenUpBecause { get; set; }

    public double? LastErrorProbability { get; set; }

    public int NewGroup() => _groups++;
}
