using Vouch.Core.Models;

namespace Vouch.Optimizer.Forecasting;

/// <summary>What a pilot says about renders with other sample counts: processor time, noise and structural similarity, each with a prediction interval.</summary>
/// <remarks>
/// Immutable and safe to share. Every figure is a <em>prediction</em> interval: it covers what one new render will measure, not only the underlying mean.
/// A figure that the pilot does not carry is null, never a guess.
/// </remarks>
public sealed class RenderForecast
{
    /// <summary>The stabilising constant of SSIM's structure term on the scale 0..1, (0.03)^2.</summary>
    private const double SimilarityConstant = 0.0009;

    private const string TimeMethod = "Bayesian straight line through the pilot's times";
    private const string NoiseMethod = "Bayesian 1/n and n^-p variance curve through the pilot's noise";
    private const string SimilarityMethod = "log-logistic similarity curve through the pilot's similarities";
    private const string FloorMethod = "textureless-window floor C2 / (C2 + v)";

    private readonly CurvePosterior? _time;
    private readonly CurvePosterior? _noise;
    private readonly CurvePosterior? _display;
    private readonly SimilarityPosterior? _similarity;
    private readonly ForecastCalibration _calibration;
    private readonly double _maximumExtrapolation;

    internal RenderForecast(
        CurvePosterior? time,
        CurvePosterior? noise,
        CurvePosterior? display,
        SimilarityPosterior? similarity,
        ForecastCalibration calibration,
        Evidence evidence,
        int largestPilot,
        double maximumExtrapolation)
    {
        _time = time;
        _noise = noise;
        _display = display;
        _similarity = similarity;
        _calibration = calibration;
        _maximumExtrapolation = maximumExtrapolation;
        Evidence = evidence;
        LargestPilot = largestPilot;
        if (time is not null)
        {
            double setup = time.MeanParameter();
            double total = Math.Exp(time.LogMeanAt(largestPilot));
            SetupSeconds = total * setup;
            SecondsPerSample = total * (1 - setup) / largestPilot;
        }

        NoiseSlope = noise is null ? double.NaN : (noise.LogMeanAt(4.0 * largestPilot) - noise.LogMeanAt(largestPilot)) / Math.Log(4);
    }

    /// <summary>Gets what the forecast rests on. Where it is insufficient, its reasons say what was missing and every figure is null.</summary>
    public Evidence Evidence { get; }

    /// <summary>Gets whether time and noise can be forecast at all.</summary>
    public bool IsSufficient => Evidence.IsSufficient;

    /// <summary>Gets the largest usable sample count of the pilot, 0 where there is none.</summary>
    public int LargestPilot { get; }

    /// <summary>Gets the processor time that does not depend on the samples, in seconds; 0 where the evidence is insufficient.</summary>
    public double SetupSeconds { get; }

    /// <summary>Gets the processor time of one more sample per pixel at the pilot's size, in seconds; 0 where the evidence is insufficient.</summary>
    public double SecondsPerSample { get; }

    /// <summary>Gets the expected slope of log noise over log samples, from the largest pilot to four times that.</summary>
    /// <value>About -0.5 for independent samples, down to -1; NaN where the evidence is insufficient.</value>
    public double NoiseSlope { get; }

    /// <summary>Gets whether the pilot held similarities, so that <see cref="StructuralSimilarityAt"/> is an estimate and not only a floor.</summary>
    public bool HasSimilarity => _similarity is not null;

    /// <summary>Forecasts the processor time.</summary>
    /// <param name="samplesPerPixel">The samples per pixel, 1 or more.</param>
    /// <param name="confidence">The chance that the range covers the time a render takes, in (0, 1).</param>
    /// <param name="pixelRatio">The pixels to render, divided by the pixels of the pilot; above 0. Time per sample does not depend on resolution, setup does not grow with it.</param>
    /// <returns>Processor seconds, or null where the evidence does not reach that far.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ConfidenceInterval? CpuSecondsAt(int samplesPerPixel, double confidence = 0.9, double pixelRatio = 1)
    {
        Check(samplesPerPixel, confidence);
        if (!(pixelRatio > 0 && double.IsFinite(pixelRatio)))
        {
            throw new ArgumentOutOfRangeException(nameof(pixelRatio), pixelRatio, "A pixel ratio is a finite number above 0.");
        }

        return _time is null || !Reaches(samplesPerPixel)
            ? null
            : Exponential(_time.Predict(samplesPerPixel * pixelRatio), confidence, _calibration.Time, TimeMethod);
    }

    /// <summary>Forecasts the relative noise: standard error of one render over mean luminance, linear light.</summary>
    /// <param name="samplesPerPixel">The samples per pixel, 1 or more.</param>
    /// <param name="confidence">The chance that the range covers the noise a render shows, in (0, 1).</param>
    /// <returns>Relative noise, or null where the evidence does not reach that far.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ConfidenceInterval? RelativeNoiseAt(int samplesPerPixel, double confidence = 0.9)
    {
        Check(samplesPerPixel, confidence);
        return _noise is null || !Reaches(samplesPerPixel)
            ? null
            : Exponential(_noise.Predict(samplesPerPixel), confidence, _calibration.Noise, NoiseMethod);
    }

    /// <summary>
    /// Forecasts the structural similarity of one render to the noise-free image of the same configuration. The scale is <see cref="QualityScale.Ssim"/>, measured on sRGB values.
    /// </summary>
    /// <param name="samplesPerPixel">The samples per pixel, 1 or more.</param>
    /// <param name="confidence">The chance that the range covers the similarity a render has, in (0, 1).</param>
    /// <returns>
    /// With similarities in the pilot an estimate with its range. With <see cref="PilotMeasurement.DisplayError"/> only, a floor: estimate and lower bound are the similarity that
    /// windows without any texture would have, C2 / (C2 + v), the upper bound is 1. With neither, null.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ConfidenceInterval? StructuralSimilarityAt(int samplesPerPixel, double confidence = 0.9)
    {
        Check(samplesPerPixel, confidence);
        if (_noise is null || !Reaches(samplesPerPixel))
        {
            return null;
        }

        if (_similarity is null)
        {
            return _display is null ? null : Floor(_display.Predict(samplesPerPixel), confidence);
        }

        PredictiveMixture distortion = _similarity.Predict(2 * _noise.LogMeanAt(samplesPerPixel), 2 * _noise.LogDeviationAt(samplesPerPixel));
        double middle = LogOdds(distortion.ShareQuantile(0.5));
        double low = LogOdds(distortion.ShareQuantile((1 - confidence) / 2));
        double high = LogOdds(distortion.ShareQuantile((1 + confidence) / 2));
        (low, high) = Widen(distortion.ShareQuantile, low, middle, high, confidence, _calibration.Similarity);
        return new ConfidenceInterval(1 - Share(middle), 1 - Share(high), 1 - Share(low), confidence, SimilarityMethod, Evidence.SampleSize);

        (double Low, double High) Widen(Func<double, double> quantile, double lower, double center, double upper, double level, CalibrationScores scores)
        {
            if (!scores.TryGetMultiplier(level, out double multiplier))
            {
                return (lower, upper);
            }

            double referenceLow = LogOdds(quantile((1 - CalibrationScores.ReferenceConfidence) / 2));
            double referenceHigh = LogOdds(quantile((1 + CalibrationScores.ReferenceConfidence) / 2));
            return (center - (multiplier * (center - referenceLow)), center + (multiplier * (referenceHigh - center)));
        }
    }

    /// <summary>Forecasts the peak signal-to-noise ratio on sRGB values, in decibels.</summary>
    /// <param name="samplesPerPixel">The samples per pixel, 1 or more.</param>
    /// <param name="confidence">The chance that the range covers the ratio a render has, in (0, 1).</param>
    /// <returns>Decibels, or null where the pilot held no <see cref="PilotMeasurement.DisplayError"/> or the evidence does not reach that far.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ConfidenceInterval? PeakSignalToNoiseRatioAt(int samplesPerPixel, double confidence = 0.9)
    {
        Check(samplesPerPixel, confidence);
        if (_display is null || !Reaches(samplesPerPixel))
        {
            return null;
        }

        ConfidenceInterval error = Exponential(_display.Predict(samplesPerPixel), confidence, CalibrationScores.None, NoiseMethod);
        return new ConfidenceInterval(Decibels(error.Estimate), Decibels(error.Upper), Decibels(error.Lower), confidence, NoiseMethod, Evidence.SampleSize);

        static double Decibels(double error) => -20 * Math.Log10(error);
    }

    private static double LogOdds(double share) => Math.Log(share / (1 - share));

    private static double Share(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    private static void Check(int samplesPerPixel, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerPixel, 1);
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence is a number in (0, 1).");
        }
    }

    private bool Reaches(int samplesPerPixel) => samplesPerPixel <= LargestPilot * _maximumExtrapolation;

    private ConfidenceInterval Exponential(PredictiveMixture mixture, double confidence, CalibrationScores scores, string method)
    {
        double middle = mixture.Quantile(0.5);
        double low;
        double high;
        if (scores.TryGetMultiplier(confidence, out double multiplier))
        {
            low = middle - (multiplier * (middle - mixture.Quantile((1 - CalibrationScores.ReferenceConfidence) / 2)));
            high = middle + (multiplier * (mixture.Quantile((1 + CalibrationScores.ReferenceConfidence) / 2) - middle));
        }
        else
        {
            low = mixture.Quantile((1 - confidence) / 2);
            high = mixture.Quantile((1 + confidence) / 2);
        }

        return new ConfidenceInterval(Math.Exp(middle), Math.Exp(Math.Min(low, middle)), Math.Exp(Math.Max(high, middle)), confidence, method, Evidence.SampleSize);
    }

    private ConfidenceInterval Floor(PredictiveMixture logError, double confidence)
    {
        // E[C / (C + v)] >= C / (C + E[v]) (Jensen), and texture only raises a window's similarity: the figure is a floor for the image's mean.
        double upperError = Math.Exp(logError.Quantile((1 + confidence) / 2));
        double floor = SimilarityConstant / (SimilarityConstant + (upperError * upperError));
        return new ConfidenceInterval(floor, floor, 1, confidence, FloorMethod, Evidence.SampleSize);
    }
}
