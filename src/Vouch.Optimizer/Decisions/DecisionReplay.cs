using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Decisions;

/// <summary>A decision made again.</summary>
/// <param name="Endpoint">The identifier of the endpoint that comes out, null for none.</param>
/// <param name="Propensity">The chance with which it is chosen.</param>
/// <param name="Basis">What the choice rests on.</param>
/// <param name="IsIdentical">Whether everything compared is what was recorded, bit for bit.</param>
/// <param name="Differences">What differs from the record, one sentence each; empty where only the choice was compared.</param>
public sealed record DecisionReplay(string? Endpoint, double Propensity, RouteBasis Basis, bool IsIdentical, IReadOnlyList<string> Differences)
{
    /// <summary>Gets the name of the cascade that comes out, null for none.</summary>
    public string? Cascade { get; init; }
}
