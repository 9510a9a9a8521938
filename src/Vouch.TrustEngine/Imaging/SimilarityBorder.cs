namespace Vouch.TrustEngine.Imaging;

/// <summary>Which pixels count where the window reaches past the image's edge.</summary>
public enum SimilarityBorder
{
    /// <summary>Only pixels whose whole window lies inside the image count.</summary>
    Valid,

    /// <summary>Every pixel counts; the image's edge is replicated outwards.</summary>
    Replicate,
}
