namespace Vouch.TrustEngine.Consensus;

/// <summary>What the answers to many items tell about one worker.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record WorkerProfile
{
    /// <summary>Gets the worker's number.</summary>
    public required int Worker { get; init; }

    /// <summary>Gets how many items the worker answered.</summary>
    public required int Answers { get; init; }

    /// <summary>Gets the chance that the worker's answer to an item like those is right, in [0, 1].</summary>
    public required double Skill { get; init; }

    /// <summary>Gets, for each label, how much more often the worker gives it than it is true: a share of all answers, in [-1, 1].</summary>
    public required ReadOnlyMemory<double> Bias { get; init; }

    /// <summary>Gets the chance of each given label where the true one is so: row-major, true label by given label, each row adding up to 1.</summary>
    public required ReadOnlyMemory<double> Confusion { get; init; }

    /// <summary>Gets the chance that the worker answers without looking at the item, in [0, 1].</summary>
    public required double SpamChance { get; init; }

    /// <summary>Gets the index of the worker's cluster in <see cref="LabelConsensusResult.Clusters"/>, or null where it answers on its own.</summary>
    public required int? Cluster { get; init; }

    /// <summary>Gets how many of its answers were to verified items.</summary>
    public required int VerifiedAnswers { get; init; }

    /// <summary>Gets how many of those were right.</summary>
    public required int VerifiedRight { get; init; }
}
