namespace Vouch.Statistics.Location;

/// <summary>How a quantile is read off a sample. The numbers are the types of R. Hyndman and Y. Fan, The American Statistician 50 (1996).</summary>
public enum QuantileMethod
{
    /// <summary>Type 1: the smallest value whose share of the sample reaches the asked one.</summary>
    InverseCdf = 1,

    /// <summary>Type 2: type 1, averaged with the next value where the share is met exactly.</summary>
    AveragedInverseCdf = 2,

    /// <summary>Type 6: linear between the expected positions k / (n + 1) (Weibull).</summary>
    Weibull = 6,

    /// <summary>Type 7: linear between the positions (k - 1) / (n - 1); the default of R, NumPy and spreadsheets.</summary>
    Linear = 7,

    /// <summary>Type 8: linear between the positions (k - 1/3) / (n + 1/3); about median-unbiased whatever the distribution.</summary>
    MedianUnbiased = 8,
}
