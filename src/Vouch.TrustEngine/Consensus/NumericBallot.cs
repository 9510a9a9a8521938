using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>A worker's answer where answers are numbers.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Value">The answer. One that is not finite is set aside.</param>
/// <param name="Weight">How much the worker's vote weighs, finite and 0 or more, from verified work; 0 is set aside.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct NumericBallot(WorkerId Worker, double Value, double Weight = 1)
{
    /// <summary>Gets who runs the worker, or null where the worker stands for itself. All workers of one operator are one voter.</summary>
    public string? Entity { get; init; }
}
