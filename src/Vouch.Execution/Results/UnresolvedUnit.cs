using Vouch.Core.Models;

namespace Vouch.Execution.Results;

/// <summary>A unit that ended without an accepted result.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="ErrorProbability">The chance that its best candidate is wrong, or null where there is no candidate.</param>
/// <param name="Reason">Why it was not accepted.</param>
public sealed record UnresolvedUnit(WorkUnitId UnitId, double? ErrorProbability, string Reason);
