using Vouch.Core.Exceptions;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Turns several workers' labels into one.</summary>
/// <remarks>Implementations are deterministic, independent of the ballots' order, and safe to share.</remarks>
public interface ICategoricalConsensus
{
    /// <summary>Decides, and says what the decision promises.</summary>
    /// <param name="ballots">The answers to one question; may be empty.</param>
    /// <exception cref="ArgumentException">A ballot names no worker, or its weight is negative or not finite.</exception>
    CategoricalDecision Decide(IReadOnlyList<CategoricalBallot> ballots);

    /// <summary>Decides where the decision carries a promise, and throws where it does not.</summary>
    /// <param name="ballots">The answers to one question.</param>
    /// <exception cref="ConsensusFailureException">Too few voters, or no answer has enough of them behind it.</exception>
    /// <exception cref="ArgumentException">A ballot names no worker, or its weight is negative or not finite.</exception>
    CategoricalDecision DecideOrThrow(IReadOnlyList<CategoricalBallot> ballots);
}
