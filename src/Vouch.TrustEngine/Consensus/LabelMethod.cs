namespace Vouch.TrustEngine.Consensus;

/// <summary>How labels of many items are put together.</summary>
public enum LabelMethod
{
    /// <summary>The default: a hierarchical Bayesian confusion model with kinds of items, spammers set apart and workers who act together counted as one, averaged with a vote weighted by skill.</summary>
    Default = 0,

    /// <summary>The label given most often; a tie goes to the lowest label. It knows no good from bad workers.</summary>
    Majority,

    /// <summary>A vote in which each worker weighs its agreement with the majority above chance, as in Wawa.</summary>
    WeightedMajority,

    /// <summary>One error rate per worker, errors spread evenly over the other labels (Zhang et al. 2014), by EM.</summary>
    OneCoin,

    /// <summary>One confusion matrix per worker (Dawid and Skene 1979), by EM with 0.01 added to every count.</summary>
    DawidSkene,
}
