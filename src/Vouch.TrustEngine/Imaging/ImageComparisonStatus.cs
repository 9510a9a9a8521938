namespace Vouch.TrustEngine.Imaging;

/// <summary>Whether two images could be compared.</summary>
public enum ImageComparisonStatus
{
    /// <summary>Nothing was compared: the default value.</summary>
    None,

    /// <summary>They were compared.</summary>
    Compared,

    /// <summary>An image holds another number of values than its shape says.</summary>
    SizeMismatch,

    /// <summary>The image is smaller than the window of the measure.</summary>
    TooSmall,

    /// <summary>An image holds NaN or an infinity.</summary>
    NonFinite,

    /// <summary>The measure needs another number of channels, such as 1 or 3 for luma.</summary>
    WrongChannels,
}
