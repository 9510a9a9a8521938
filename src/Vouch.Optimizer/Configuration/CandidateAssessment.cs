using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>A candidate with its predicted quality and time, or with the reason why there are none.</summary>
internal sealed record CandidateAssessment(RenderConfiguration Configuration, ConfidenceInterval? Quality, ConfidenceInterval? CpuSeconds, string? Missing, int Measurements)
{
    public bool HasEvidence => Missing is null;

    public static CandidateAssessment Of(RenderConfiguration candidate, QualityTarget target, SeriesForecast? series, double twoSided)
    {
        if (target.Scale != QualityScale.Ssim)
        {
            return Unknown(string.Create(CultureInfo.InvariantCulture, $"quality on the scale {target.Scale} is not forecast; {QualityScale.Ssim} is."));
        }

        if (series is null)
        {
            return Unknown(string.Create(CultureInfo.InvariantCulture, $"there is no pilot at scale {candidate.ResolutionScale:0.###} with {candidate.MaxBounces} bounces."));
        }

        if (!series.Forecast.IsSufficient)
        {
            return Unknown(series.Forecast.Evidence.Reasons.Count > 0 ? series.Forecast.Evidence.Reasons[0] : "the pilot carries no forecast.");
        }

        if (series.BiasSimilarity is not { } bias)
        {
            return Unknown("the loss by this scale and number of bounces was not measured (BiasSimilarity).");
        }

        if (series.Forecast.StructuralSimilarityAt(candidate.SamplesPerPixel, twoSided) is not { } similarity)
        {
            return Unknown("the pilot holds neither similarities nor display errors, or reaches less far than this.");
        }

        ConfidenceInterval seconds = series.Forecast.CpuSecondsAt(candidate.SamplesPerPixel, twoSided, series.PixelRatio)!;
        return new CandidateAssessment(candidate, WithBias(similarity, bias), seconds, null, series.Forecast.Evidence.IsSufficient ? (int)series.Forecast.Evidence.SampleSize : 0);

        CandidateAssessment Unknown(string reason) => new(candidate, null, null, reason, 0);
    }

    /// <summary>Adds the distortion of fewer pixels or bounces to that of noise.</summary>
    /// <remarks>
    /// The square root of 1 - structural similarity is a metric for zero-mean blocks (D. Brunet, E. R. Vrscay, Z. Wang, <i>On the mathematical properties of the
    /// structural similarity index</i>, IEEE TIP 21(4), 2012), so the worst case follows from the triangle inequality; noise and bias are independent of each other, so that
    /// distortions add in expectation.
    /// </remarks>
    private static ConfidenceInterval WithBias(ConfidenceInterval noise, double bias)
    {
        if (bias >= 1)
        {
            return noise;
        }

        double worst = Math.Sqrt(1 - noise.Lower) + Math.Sqrt(1 - bias);
        double lower = Math.Max(0, 1 - (worst * worst));
        double estimate = Math.Clamp(noise.Estimate - (1 - bias), lower, noise.Upper);
        return new ConfidenceInterval(estimate, lower, noise.Upper, noise.Confidence, noise.Method + ", bias by the triangle inequality", noise.SampleSize);
    }
}
