namespace Vouch.TrustEngine.Imaging;

/// <summary>What a frame check came to.</summary>
public enum FrameOutcome
{
    /// <summary>There was too little evidence to refuse even a gross cheat: neither accept nor refuse because of it. The default value.</summary>
    Inconclusive,

    /// <summary>Nothing speaks against the candidate having been made as promised.</summary>
    Valid,

    /// <summary>Less speaks against the candidate than it takes to refuse it, but more than honest ones show at <see cref="FrameCheckOptions.SuspicionRate"/>: look again, with more crops.</summary>
    Suspicious,

    /// <summary>The candidate was not made as promised, save for the stated false alarm rate.</summary>
    Invalid,
}
