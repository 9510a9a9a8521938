using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>A worker's answer where answers are labels: a class, a digest of bytes, a normalised text.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Label">The answer, compared byte for byte. Null is set aside.</param>
/// <param name="Weight">How much the worker's vote weighs, finite and 0 or more, from verified work; 0 is set aside.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct CategoricalBallot(WorkerId Worker, string? Label, double Weight = 1)
{
    /// <summary>Gets who runs the worker, or null where the worker stands for itself. All workers of one operator are one voter.</summary>
    public string? Entity { get; init; }
}
