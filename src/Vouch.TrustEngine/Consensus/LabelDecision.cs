using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What the answers to one item come to.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record LabelDecision
{
    /// <summary>Gets the item's number.</summary>
    public required int Item { get; init; }

    /// <summary>Gets the label; the lowest where some are equally likely.</summary>
    public required int Label { get; init; }

    /// <summary>Gets the chance that the label is right, in [0, 1], by the method's account. 1 where the item was verified.</summary>
    public required double Confidence { get; init; }

    /// <summary>Gets by how much one more answer, by a worker like the average one, is expected to raise the chance of a right label, in [0, 1].</summary>
    public required double ExpectedGain { get; init; }

    /// <summary>Gets how many independent voters answered: a cluster of dependent workers is one.</summary>
    public required int Voters { get; init; }

    /// <summary>Gets how many of them gave the label; a cluster that is split counts in part.</summary>
    public required double Support { get; init; }

    /// <summary>Gets whether the label was given from outside.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>Gets what holds against <see cref="AssumedLiars"/> voters who lie together, whatever the model says: honest plurality, honest support, or none.</summary>
    public required ConsensusPromise Promise { get; init; }

    /// <summary>Gets how many of the voters are assumed to lie.</summary>
    public required int AssumedLiars { get; init; }

    /// <summary>Gets the evidence. It is sufficient where <see cref="Promise"/> holds or the item was verified.</summary>
    public Evidence Evidence
    {
        get
        {
            string figures = string.Create(
                CultureInfo.InvariantCulture,
                $"{Support:0.##} of {Voters} independent voters gave it; {AssumedLiars} are assumed to lie. The model holds it right with {Confidence * 100:0.#} %.");
            string promise = Promise switch
            {
                _ when IsVerified => "The label was verified.",
                ConsensusPromise.HonestPlurality => "No other label has more honest voters behind it.",
                ConsensusPromise.HonestSupport => "At least one honest voter gave this label.",
                _ => "Liars alone may have given this label: ask more workers, or verify it.",
            };
            return new Evidence("labels of many items", (long)Math.Round((double)Voters), IsVerified || Promise != ConsensusPromise.None, interval: null, [promise, figures]);
        }
    }

    /// <summary>Makes a decision of an item's chances and the support of each label.</summary>
    internal static LabelDecision Of(int number, ReadOnlySpan<double> chances, ReadOnlySpan<double> support, int voters, bool verified, double byzantineShare, double gain)
    {
        const double Slack = 1e-6;
        int label = ClassicLabelMethods.Likeliest(chances);
        int liars = ByzantineQuorum.Liars(voters, byzantineShare);
        double rival = 0;
        for (int other = 0; other < support.Length; other++)
        {
            rival = other == label ? rival : Math.Max(rival, support[other]);
        }

        bool able = voters >= ByzantineQuorum.ForMajority(liars);
        return new LabelDecision
        {
            Item = number,
            Label = label,
            Confidence = Math.Clamp(chances[label], 0, 1),
            ExpectedGain = verified ? 0 : gain,
            Voters = voters,
            Support = support[label],
            IsVerified = verified,
            AssumedLiars = liars,
            Promise = able && support[label] - rival > liars + Slack ? ConsensusPromise.HonestPlurality
                : able && support[label] > liars + Slack ? ConsensusPromise.HonestSupport
                : ConsensusPromise.None,
        };
    }
}
