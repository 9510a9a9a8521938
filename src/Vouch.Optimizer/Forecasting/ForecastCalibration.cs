using Vouch.Core.Models;

namespace Vouch.Optimizer.Forecasting;

/// <summary>
/// How wide prediction intervals must be, learnt from how far past forecasts missed. Without history the intervals come from the model alone.
/// </summary>
/// <remarks>
/// Split conformal prediction: the score of a past forecast is its miss in half widths of its own 90 % interval, and new intervals are scaled by the score at the rank for which
/// coverage holds with assurance 75 % over the draw of the history (Vovk 2012). It assumes that new jobs resemble the past ones (exchangeable), nothing else.
/// At 90 % it takes effect from 14 outcomes on. Only intervals change, never the forecast itself. Immutable and safe to share.
/// </remarks>
public sealed class ForecastCalibration
{
    private ForecastCalibration(CalibrationScores time, CalibrationScores noise, CalibrationScores similarity)
    {
        Time = time;
        Noise = noise;
        Similarity = similarity;
    }

    /// <summary>Gets the calibration that has seen nothing: intervals come from the model alone.</summary>
    public static ForecastCalibration None { get; } = new(CalibrationScores.None, CalibrationScores.None, CalibrationScores.None);

    /// <summary>Gets how many past times it has learnt from.</summary>
    public int TimeCount => Time.Count;

    /// <summary>Gets how many past noise figures it has learnt from.</summary>
    public int NoiseCount => Noise.Count;

    /// <summary>Gets how many past similarities it has learnt from.</summary>
    public int SimilarityCount => Similarity.Count;

    internal CalibrationScores Time { get; }

    internal CalibrationScores Noise { get; }

    internal CalibrationScores Similarity { get; }

    /// <summary>Learns from past pilots and what came of them.</summary>
    /// <param name="history">The outcomes; those whose pilot carries no forecast are left out.</param>
    /// <param name="options">The options that forecasts will be made with, or null for the defaults.</param>
    /// <returns>The calibration.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="history"/> is null.</exception>
    public static ForecastCalibration Learn(IEnumerable<ForecastOutcome> history, ForecastOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        var forecaster = new PilotForecaster(options);
        var time = new List<double>();
        var noise = new List<double>();
        var similarity = new List<double>();
        foreach (ForecastOutcome outcome in history)
        {
            RenderForecast forecast = forecaster.Forecast(outcome.Pilot);
            PilotMeasurement actual = outcome.Actual;
            if (!forecast.IsSufficient || actual.SamplesPerPixel < 1)
            {
                continue;
            }

            Add(time, forecast.CpuSecondsAt(actual.SamplesPerPixel, CalibrationScores.ReferenceConfidence), actual.CpuSeconds, Math.Log);
            Add(noise, forecast.RelativeNoiseAt(actual.SamplesPerPixel, CalibrationScores.ReferenceConfidence), actual.RelativeNoise, Math.Log);
            if (forecast.HasSimilarity && actual.StructuralSimilarity is { } measured)
            {
                Add(similarity, forecast.StructuralSimilarityAt(actual.SamplesPerPixel, CalibrationScores.ReferenceConfidence), measured, static value => Math.Log(value / (1 - value)));
            }
        }

        return new ForecastCalibration(new CalibrationScores(time), new CalibrationScores(noise), new CalibrationScores(similarity));
    }

    private static void Add(List<double> scores, ConfidenceInterval? forecast, double actual, Func<double, double> scale)
    {
        double value = scale(actual);
        if (forecast is null || !double.IsFinite(value))
        {
            return;
        }

        double middle = scale(forecast.Estimate);
        double score = value >= middle
            ? (value - middle) / (scale(forecast.Upper) - middle)
            : (middle - value) / (middle - scale(forecast.Lower));
        scores.Add(score);
    }
}
