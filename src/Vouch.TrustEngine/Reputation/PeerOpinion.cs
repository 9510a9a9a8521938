using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>What one worker says about another from their own dealings.</summary>
/// <param name="From">Who says it.</param>
/// <param name="About">About whom.</param>
/// <param name="Satisfaction">Good dealings less bad ones; finite. What is not above 0 counts as no opinion.</param>
/// <remarks>Immutable and safe to share. Ranges are enforced where the value is used.</remarks>
public readonly record struct PeerOpinion(WorkerId From, WorkerId About, double Satisfaction);
