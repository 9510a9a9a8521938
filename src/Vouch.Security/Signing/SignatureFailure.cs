namespace Vouch.Security.Signing;

/// <summary>Why a request was not accepted. For the log: the sender is told <see cref="SignatureVerdict.OutwardText"/>, whatever the reason.</summary>
public enum SignatureFailure
{
    /// <summary>The request is what a holder of the key signed.</summary>
    None = 0,

    /// <summary>A header or parameter that carries the signature is missing.</summary>
    Missing,

    /// <summary>A header or parameter is not what its specification allows, or exceeds a limit.</summary>
    Malformed,

    /// <summary>No key of that id is in the ring.</summary>
    UnknownKey,

    /// <summary>The key's time is over.</summary>
    KeyExpired,

    /// <summary>The signature names another algorithm than the key's, or one that is not supported.</summary>
    AlgorithmMismatch,

    /// <summary>The signature was made too long ago, or has expired.</summary>
    TooOld,

    /// <summary>The signature claims to be made in the future.</summary>
    TooNew,

    /// <summary>Something that must be signed is not, or is signed in a way that is not supported.</summary>
    NotCovered,

    /// <summary>The signature is made for another place: host, region, service or date.</summary>
    WrongScope,

    /// <summary>The body is not the one that was signed.</summary>
    BodyMismatch,

    /// <summary>The signature is not one of the request by the key.</summary>
    SignatureMismatch,

    /// <summary>The request was accepted before.</summary>
    Replayed,

    /// <summary>The memory for accepted requests is full or cannot be asked: the request is refused rather than accepted a second time.</summary>
    ReplayStoreUnavailable,

    /// <summary>The request is larger than what is taken.</summary>
    TooLarge,
}
