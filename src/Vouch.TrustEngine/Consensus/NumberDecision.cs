namespace Vouch.TrustEngine.Consensus;

/// <summary>What the numbers given for one item come to.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record NumberDecision
{
    /// <summary>Gets the item's number.</summary>
    public required int Item { get; init; }

    /// <summary>Gets the value; NaN where no finite answer was given.</summary>
    public required double Value { get; init; }

    /// <summary>Gets the standard error of the value by the model's account, 0 where it was verified. NaN where no finite answer was given.</summary>
    public required double StandardError { get; init; }

    /// <summary>Gets by how much one more answer, by a worker like the average one, is expected to lower the standard error.</summary>
    public required double ExpectedGain { get; init; }

    /// <summary>Gets the lower median of the independent voters' answers, which stays between two honest answers while fewer than half of them lie.</summary>
    public required double Median { get; init; }

    /// <summary>Gets how many independent voters answered: a cluster of dependent workers is one.</summary>
    public required int Voters { get; init; }

    /// <summary>Gets how many voters' answers were rejected for being too far from the median.</summary>
    public required int Rejected { get; init; }

    /// <summary>Gets how many voters, whichever they are, may lie before the median leaves the honest answers' range.</summary>
    public required int ToleratedLiars { get; init; }

    /// <summary>Gets whether the value was given from outside.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>Gets what holds of <see cref="Median"/>: <see cref="ConsensusPromise.HonestRange"/> with at least 2f + 1 voters for the f that <see cref="NumberConsensusOptions.ByzantineShare"/> assumes, else none.</summary>
    public required ConsensusPromise Promise { get; init; }
}
