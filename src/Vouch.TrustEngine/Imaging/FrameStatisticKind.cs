namespace Vouch.TrustEngine.Imaging;

/// <summary>What a statistic of the frame check compares.</summary>
public enum FrameStatisticKind
{
    /// <summary>Signed difference of brightness.</summary>
    Brightness,

    /// <summary>Signed difference of one channel beyond that of brightness.</summary>
    Colour,

    /// <summary>Energy of the pixels' differences: high for fewer samples, low for smoothing.</summary>
    NoiseEnergy,

    /// <summary>Energy of the pixels' differences, pixels that stand out among their neighbours counting more: high for shifted edges, patches and other sparse but gross deviations.</summary>
    Outliers,

    /// <summary>Energy of the differences of 4 x 4 block means: high for another picture.</summary>
    Structure,

    /// <summary>Agreement of the differences of neighbouring pixels: high for denoised renders, whose noise is spread over a window.</summary>
    Neighbours,

    /// <summary>Energy of the differences within 2 x 2 blocks (finest detail).</summary>
    DetailDifference,

    /// <summary>Energy of the finest detail itself, noise and texture together: low for every kind of smoothing.</summary>
    DetailEnergy,
}
