namespace Vouch.TrustEngine.Imaging;

/// <summary>What a block of two images is measured with.</summary>
/// <param name="SumCentre">What is taken from the sums x + y before they are filtered.</param>
/// <param name="DifferenceCentre">What is taken from the differences x - y.</param>
/// <param name="C1">The constant of the luminance term.</param>
/// <param name="C2">The constant of the structure term.</param>
internal readonly record struct SimilarityTerms(float SumCentre, float DifferenceCentre, float C1, float C2);
