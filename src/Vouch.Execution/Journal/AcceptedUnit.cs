using Vouch.Core.Models;
using Vouch.Execution.Results;

namespace Vouch.Execution.Journal;

/// <summary>What the journal keeps of an acceptance, beside the result itself.</summary>
internal sealed record AcceptedUnit
{
    public required WorkUnitId UnitId { get; init; }

    public required WorkerId Worker { get; init; }

    /// <summary>Everyone whose result agreed, the sender first.</summary>
    public required IReadOnlyList<WorkerId> Supporters { get; init; }

    public required double ErrorProbability { get; init; }

    public required int ChecksPassed { get; init; }

    public required double UnitCost { get; init; }

    /// <summary>What the job had cost up to and including this acceptance.</summary>
    public required CostBreakdown JobCost { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }
}
