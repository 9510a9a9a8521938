using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Forecasting;

/// <summary>Forecasts processor time, noise and structural similarity of a render from a short pilot, typically 4 and 16 samples per pixel.</summary>
/// <remarks>
/// <para>Light transport decides how a scene renders, not its polygon count, so a forecast rests on measurements of the scene itself.</para>
/// <para>Time: a straight line with non-negative setup and rate. Noise: a variance of parts that fall as 1/n and as n^-p, so that the slope of the pilot is
/// drawn towards the -1/2 of plain Monte Carlo as far as its evidence goes. Similarity: a log-logistic curve over the noise variance. All three are fitted by Bayes' rule with
/// weak stated priors (<see cref="ForecastOptions"/>) and give prediction intervals; <see cref="ForecastCalibration"/> widens or narrows these by experience.</para>
/// <para>Safe to share between threads; a forecast costs about a third of a millisecond, each figure asked of it as much.</para>
/// </remarks>
public sealed class PilotForecaster
{
    private const string Method = "pilot forecast";

    private readonly ForecastOptions _options;
    private readonly ForecastCalibration _calibration;

    /// <summary>Initializes a forecaster.</summary>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="calibration">What was learnt from past forecasts, or null for nothing.</param>
    public PilotForecaster(ForecastOptions? options = null, ForecastCalibration? calibration = null)
    {
        _options = options ?? new ForecastOptions();
        _calibration = calibration ?? ForecastCalibration.None;
    }

    /// <summary>Makes a forecast.</summary>
    /// <param name="pilot">The measurements in any order, at equal pixel count. Repeated sample counts are welcome and narrow the forecast.</param>
    /// <returns>The forecast. Measurements that are not finite numbers above 0 are left out; where too few remain, its evidence is insufficient and says why.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pilot"/> or one of its elements is null.</exception>
    public RenderForecast Forecast(IReadOnlyList<PilotMeasurement> pilot)
    {
        ArgumentNullException.ThrowIfNull(pilot);
        var reasons = new List<string>();
        var usable = new List<PilotMeasurement>();
        foreach (PilotMeasurement measurement in pilot)
        {
            ArgumentNullException.ThrowIfNull(measurement, nameof(pilot));
            if (measurement.SamplesPerPixel >= 1 && IsUsable(measurement.CpuSeconds) && IsUsable(measurement.RelativeNoise))
            {
                usable.Add(measurement);
            }
            else
            {
                reasons.Add(string.Create(CultureInfo.InvariantCulture,
                    $"A measurement was left out: {measurement.SamplesPerPixel} samples, {measurement.CpuSeconds} s, noise {measurement.RelativeNoise}; each must be a finite number above 0."));
            }
        }

        // The order of measurements must not move a single bit of the result.
        usable.Sort(static (a, b) => (a.SamplesPerPixel, a.CpuSeconds, a.RelativeNoise).CompareTo((b.SamplesPerPixel, b.CpuSeconds, b.RelativeNoise)));
        int different = usable.Select(static measurement => measurement.SamplesPerPixel).Distinct().Count();
        if (different < _options.MinimumSampleCounts)
        {
            reasons.Insert(0, string.Create(CultureInfo.InvariantCulture,
                $"A forecast needs measurements at {_options.MinimumSampleCounts} or more different sample counts; the pilot has {different}."));
            return new RenderForecast(null, null, null, null, _calibration, Evidence.Insufficient(Method, usable.Count, reasons), 0, 1);
        }

        int largest = usable[^1].SamplesPerPixel;
        CurveFamily noiseFamily = CurveFamily.Noise(largest, _options.PlainMonteCarloWeight);
        var time = new CurvePosterior(CurveFamily.Time(largest), [.. usable.Select(static m => ((double)m.SamplesPerPixel, m.CpuSeconds))], _options.TimingDeviation);
        var noise = new CurvePosterior(noiseFamily, [.. usable.Select(static m => ((double)m.SamplesPerPixel, m.RelativeNoise))], _options.NoiseDeviation);
        CurvePosterior? display = Display(usable, noiseFamily);
        SimilarityPosterior? similarity = Similarity(usable, reasons);
        reasons.Insert(0, string.Create(CultureInfo.InvariantCulture,
            $"{usable.Count} measurements at {different} sample counts up to {largest}; intervals {(_calibration.TimeCount > 0 ? $"calibrated on {_calibration.TimeCount} past renders" : "from the model alone")}."));
        return new RenderForecast(time, noise, display, similarity, _calibration, new Evidence(Method, usable.Count, true, null, reasons), largest, _options.MaximumExtrapolation);
    }

    private static bool IsUsable(double value) => value > 0 && double.IsFinite(value);

    private static void AddSimilarity(List<(double LogVariance, double Distortion)> points, double? similarity, double variance)
    {
        if (similarity is > 0 and < 1)
        {
            points.Add((Math.Log(variance), 1 - similarity.Value));
        }
    }

    private CurvePosterior? Display(List<PilotMeasurement> usable, CurveFamily family)
    {
        (double, double)[] points = [.. usable.Where(static m => m.DisplayError is { } error && IsUsable(error)).Select(static m => ((double)m.SamplesPerPixel, m.DisplayError!.Value))];
        return points.DistinctBy(static point => point.Item1).Count() >= _options.MinimumSampleCounts ? new CurvePosterior(family, points, _options.NoiseDeviation) : null;
    }

    private SimilarityPosterior? Similarity(List<PilotMeasurement> usable, List<string> reasons)
    {
        var points = new List<(double LogVariance, double Distortion)>();
        foreach (PilotMeasurement measurement in usable)
        {
            double variance = measurement.RelativeNoise * measurement.RelativeNoise;
            AddSimilarity(points, measurement.StructuralSimilarity, variance);
            AddSimilarity(points, measurement.PairSimilarity, 2 * variance);
        }

        if (points.Count >= 2)
        {
            return new SimilarityPosterior(points, _options.SimilarityDeviation);
        }

        reasons.Add("Fewer than two similarities in (0, 1): structural similarity is not forecast, only its floor where display errors are given.");
        return null;
    }
}
