namespace Vouch.TrustEngine.Consensus;

/// <summary>Workers whose answers follow one script, so that they count as one voter: a ring, copies, bots of one owner.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record WorkerCluster
{
    /// <summary>Gets the members' numbers, ascending.</summary>
    public required IReadOnlyList<int> Workers { get; init; }

    /// <summary>Gets how much better all answers are explained with these as one voter, in nats.</summary>
    public required double EvidenceGain { get; init; }

    /// <summary>Gets whether the script only ever repeats what somebody else answered; then it has no vote at all.</summary>
    public required bool IsEcho { get; init; }

    /// <summary>Gets the chance that the script's answer is right, in [0, 1].</summary>
    public required double Skill { get; init; }
}
