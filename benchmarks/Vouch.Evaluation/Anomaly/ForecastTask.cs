using System.Diagnostics;
using System.Globalization;
using Vouch.AnomalyDetection.Forecasting;

namespace Vouch.Evaluation.Anomaly;

/// <summary>
/// 500 nodes with twenty metrics each, two weeks of hourly values with a daily course: which of them reach their limit in the next two weeks, and when? The truth is the
/// trend that each was made with. One core.
/// </summary>
internal static class ForecastTask
{
    private const int MetricsPerNode = 20;
    private const int Rows = 14 * 24;
    private const int Horizon = 14 * 24;
    private const double Limit = 90;

    public static EvaluationTask Task { get; } = new(
        "anomaly", "forecast", "Crossings of a limit by many series on one core; --nodes N (default 500) of 20 series.", false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int nodes = int.Parse(run.Option("nodes", "500"), CultureInfo.InvariantCulture);
        int series = nodes * MetricsPerNode;
        double[] values = new double[Rows * series];
        double[] crossings = new double[series];
        for (int i = 0; i < series; i++)
        {
            crossings[i] = Make(new Random(unchecked((run.Seed * 1_000_003) + i)), values.AsSpan(i * Rows, Rows));
        }

        var forecaster = new ThresholdForecaster { Period = 24 };
        var forecasts = new ThresholdForecast[series];
        _ = forecaster.Forecast(values.AsSpan(0, Rows), Limit, Horizon);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < series; i++)
        {
            forecasts[i] = forecaster.Forecast(values.AsSpan(i * Rows, Rows), Limit, Horizon);
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int will = 0;
        int told = 0;
        int wronglyTold = 0;
        int held = 0;
        var errors = new List<double>();
        for (int i = 0; i < series; i++)
        {
            bool crosses = crossings[i] <= Horizon;
            bool said = forecasts[i].Answer is CrossingAnswer.Expected or CrossingAnswer.Crossed;
            will += crosses ? 1 : 0;
            told += crosses && said ? 1 : 0;
            wronglyTold += !crosses && said ? 1 : 0;
            if (crosses)
            {
                held += (forecasts[i].Earliest ?? double.PositiveInfinity) <= crossings[i] && (forecasts[i].Latest ?? double.PositiveInfinity) >= crossings[i] ? 1 : 0;
            }

            if (crosses && forecasts[i].Expected is { } expected)
            {
                errors.Add(Math.Abs(expected - crossings[i]));
            }
        }

        errors.Sort();
        return new EvaluationResult(
            [],
            new Dictionary<string, object?>
            {
                ["series"] = series,
                ["rows"] = Rows,
                ["seconds"] = seconds,
                ["us_per_series"] = seconds * 1e6 / series,
                ["will_cross"] = will,
                ["told"] = told,
                ["wrongly_told"] = wronglyTold,
                ["interval_held"] = will == 0 ? double.NaN : (double)held / will,
                ["median_error_hours"] = errors.Count == 0 ? double.NaN : errors[errors.Count / 2],
            },
            true);
    }

    /// <summary>A level, a trend (none for half of them), a daily course and noise.</summary>
    /// <returns>How many hours after the last row the trend with the course's top first reaches the limit; infinite where it does not rise.</returns>
    private static double Make(Random random, Span<double> values)
    {
        double level = 30 + (40 * random.NextDouble());
        double slope = random.Next(2) == 0 ? 0 : 0.005 + (0.1 * random.NextDouble());
        double swing = 8 * random.NextDouble();
        double noise = 0.5 + random.NextDouble();
        double phase = random.NextDouble() * Math.Tau;
        for (int row = 0; row < values.Length; row++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
            values[row] = level + (slope * row) + (swing * Math.Sin((row * Math.Tau / 24) + phase)) + (noise * normal);
        }

        return slope == 0 ? double.PositiveInfinity : Math.Max(0, ((Limit - swing - level) / slope) - (values.Length - 1));
    }
}
