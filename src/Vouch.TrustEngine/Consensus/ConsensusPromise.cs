namespace Vouch.TrustEngine.Consensus;

/// <summary>What a decision promises against liars who know everything and act together, as long as no more lie than was assumed.</summary>
public enum ConsensusPromise
{
    /// <summary>Nothing: too few voters. The answer is the best there is and may be a lie.</summary>
    None = 0,

    /// <summary>A number: it lies between two answers of honest workers. Needs n ≥ 2f + 1.</summary>
    HonestRange,

    /// <summary>A label: at least one honest worker gave it. Needs more than f matching votes.</summary>
    HonestSupport,

    /// <summary>A label: no other has more honest weight behind it. Its lead is greater than what liars can weigh.</summary>
    HonestPlurality,

    /// <summary>Labels of many items: as many are right as verified items drawn at random show. It holds for items like those that were verified.</summary>
    VerifiedAccuracy,
}
