namespace Vouch.TrustEngine.Imaging;

/// <summary>In what way a candidate differs from the verifier's own renders.</summary>
public enum FrameDeviation
{
    /// <summary>It has no known deviation: the default value.</summary>
    None,

    /// <summary>It is brighter.</summary>
    Brighter,

    /// <summary>It is darker.</summary>
    Darker,

    /// <summary>A channel is stronger or weaker than the brightness accounts for.</summary>
    Tinted,

    /// <summary>It is noisier than the promised samples allow: fewer samples, or noise put on top.</summary>
    Noisier,

    /// <summary>It is smoother than the promised samples allow: denoised, blurred, filtered, compressed or scaled up.</summary>
    Smoother,

    /// <summary>It deviates in structure: another picture, another region, a shift.</summary>
    DifferentPicture,

    /// <summary>It is one colour throughout where the verifier's renders are not.</summary>
    Blank,

    /// <summary>It holds NaN or an infinity.</summary>
    NonFinite,

    /// <summary>It holds another number of values than was asked for.</summary>
    WrongSize,

    /// <summary>It equals one of the verifier's renders bit for bit although renders differ: the verifier's seed was known, so the check shows nothing.</summary>
    CopyOfVerifier,

    /// <summary>The crops hold too few pixels to refuse anything at the stated false alarm rate.</summary>
    TooLittleEvidence,

    /// <summary>The verifier's own renders hold NaN or an infinity.</summary>
    VerifierNonFinite,
}
