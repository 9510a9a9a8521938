using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>Global trust, and how exactly it was computed.</summary>
/// <param name="Trust">The trust of each worker, 0 or more; together 1.</param>
/// <param name="Iterations">How many steps were taken.</param>
/// <param name="ErrorBound">An upper bound on the sum of all deviations from the fixed point, rounding of the arithmetic aside.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record EigenTrustResult(IReadOnlyDictionary<WorkerId, double> Trust, int Iterations, double ErrorBound);
