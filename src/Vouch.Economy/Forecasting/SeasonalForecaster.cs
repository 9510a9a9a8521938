using System.Globalization;
using Vouch.Economy.Pricing;

namespace Vouch.Economy.Forecasting;

/// <summary>Forecasts prices or carbon intensities from their own past: the profile of the day and of the week, with bounds from the errors that the same method made before.</summary>
/// <remarks>
/// <para>
/// Expected: the mean of two profiles, the same slot of the last three days and the same slot of the week in the last four weeks, as far as the past goes. Bounds: the
/// method is run again from earlier days of the history, and the errors of each day ahead give the bounds by split conformal prediction (V. Vovk, A. Gammerman and G.
/// Shafer, <i>Algorithmic Learning in a Random World</i>, 2005): for exchangeable errors, n of them, the rank ceil((n + 1)(1 - a/2)) holds each side with chance
/// 1 - a/2. Prices drift, so the promise is only as good as the past repeats itself; <see cref="PriceForecast.BacktestCoverage"/> says how good it was.
/// </para>
/// <para>Thread-safe and deterministic. Takes O(backtests * slots).</para>
/// </remarks>
public sealed class SeasonalForecaster
{
    private const int Days = 3;
    private const int Weeks = 4;

    /// <summary>The most earlier days from which the method is run again.</summary>
    private const int MaxBacktests = 60;

    private readonly double _coverage;

    /// <summary>Initializes a forecaster.</summary>
    /// <param name="coverage">The share of the prices that the bounds are to hold, in [0.5, 0.99]. The default is 0.9.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="coverage"/> is outside its range.</exception>
    public SeasonalForecaster(double coverage = 0.9)
    {
        if (!(coverage is >= 0.5 and <= 0.99))
        {
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "The coverage lies in [0.5, 0.99].");
        }

        _coverage = coverage;
    }

    /// <summary>Forecasts the slots after a history.</summary>
    /// <param name="history">The past, at least two days of it; its slots divide the day evenly.</param>
    /// <param name="slots">How many slots ahead, 1 to eight days.</param>
    /// <returns>The forecast, which begins where the history ends.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="history"/> is null.</exception>
    /// <exception cref="ArgumentException">The history is too short or its slots do not divide a day, or <paramref name="slots"/> is outside its range.</exception>
    public PriceForecast Forecast(PriceCurve history, int slots)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.SlotLength > TimeSpan.FromHours(12) || TimeSpan.FromDays(1).Ticks % history.SlotLength.Ticks != 0)
        {
            throw new ArgumentException("The slots of the history must divide the day evenly into two or more.", nameof(history));
        }

        int day = (int)(TimeSpan.FromDays(1).Ticks / history.SlotLength.Ticks);
        if (history.SlotCount < 2 * day)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"A forecast needs two days of history, {2 * day} slots; there are {history.SlotCount}."), nameof(history));
        }

        if (slots < 1 || slots > 8 * day)
        {
            throw new ArgumentOutOfRangeException(nameof(slots), slots, string.Create(CultureInfo.InvariantCulture, $"A forecast reaches 1 to {8 * day} slots ahead."));
        }

        ReadOnlySpan<double> past = history.Prices;
        double[] expected = Predict(past, slots, day);
        double[][] errors = Backtest(past, slots, day);
        double[] low = new double[slots];
        double[] high = new double[slots];
        double widest = past.ToArray().Max() - past.ToArray().Min();
        for (int ahead = 0; ahead < slots; ahead += day)
        {
            int end = Math.Min(slots, ahead + day);
            double[] pool = [.. errors.SelectMany(run => run.AsSpan(ahead, Math.Max(0, Math.Min(end, run.Length) - ahead)).ToArray()).Order()];
            (double down, double up) = Bounds(pool, widest);
            for (int slot = ahead; slot < end; slot++)
            {
                (low[slot], high[slot]) = (expected[slot] + down, expected[slot] + up);
            }
        }

        return new PriceForecast(
            Curve(history, expected),
            Curve(history, low),
            Curve(history, high),
            _coverage,
            Covered(errors, widest),
            [.. errors.Select(run => Curve(history, [.. expected.Select((price, slot) => price + run[slot])]))]);
    }

    private static double[] Predict(ReadOnlySpan<double> past, int slots, int day)
    {
        double[] expected = new double[slots];
        for (int slot = 0; slot < slots; slot++)
        {
            double daily = Mean(past, past.Length + slot - (day * ((slot / day) + 1)), day, Days);
            double weekly = Mean(past, past.Length + slot - (7 * day * ((slot / (7 * day)) + 1)), 7 * day, Weeks);
            expected[slot] = double.IsNaN(weekly) ? daily : (daily + weekly) / 2;
        }

        return expected;
    }

    /// <summary>The mean of a slot and the ones a period before it, as many as the past holds; NaN where it holds none.</summary>
    private static double Mean(ReadOnlySpan<double> past, int slot, int period, int most)
    {
        double sum = 0;
        int count = 0;
        for (; count < most && slot >= 0; slot -= period)
        {
            sum += past[slot];
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }

    /// <summary>The errors of the method from earlier days, the most recent first; each run covers all slots.</summary>
    private static double[][] Backtest(ReadOnlySpan<double> past, int slots, int day)
    {
        var runs = new List<double[]>();
        for (int origin = past.Length - slots; origin >= 2 * day && runs.Count < MaxBacktests; origin -= day)
        {
            double[] errors = Predict(past[..origin], slots, day);
            for (int slot = 0; slot < slots; slot++)
            {
                errors[slot] = past[origin + slot] - errors[slot];
            }

            runs.Add(errors);
        }

        return [.. runs];
    }

    private (double Down, double Up) Bounds(double[] errors, double widest)
    {
        double side = (1 + _coverage) / 2;
        int rank = (int)Math.Ceiling((errors.Length + 1) * side);

        // Too few errors for the rank: the whole range of the past is the honest answer.
        return rank > errors.Length ? (-widest, widest) : (errors[errors.Length - rank], errors[rank - 1]);
    }

    /// <summary>How many prices the bounds held that were made from the older half of the runs, on the newer half.</summary>
    private double? Covered(double[][] runs, double widest)
    {
        if (runs.Length < 4)
        {
            return null;
        }

        double[] older = [.. runs[(runs.Length / 2)..].SelectMany(static run => run).Order()];
        (double down, double up) = Bounds(older, widest);
        double[] newer = [.. runs[..(runs.Length / 2)].SelectMany(static run => run)];
        return newer.Count(error => error >= down && error <= up) / (double)newer.Length;
    }

    private static PriceCurve Curve(PriceCurve history, double[] prices) =>
        new(history.End, history.SlotLength, [.. prices.Select(static price => Math.Clamp(price, -PriceCurve.MaxPrice, PriceCurve.MaxPrice))]);
}
