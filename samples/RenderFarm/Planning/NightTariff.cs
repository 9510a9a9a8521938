using Vouch.Economy.Pricing;

namespace RenderFarm.Planning;

/// <summary>The price of a worker for an hour over the next three days, in euros: cheap at night and at noon, dear in the evening, as day-ahead power prices go.</summary>
/// <remarks>An invented curve of a usual shape, the same on every run; a real host reads its own.</remarks>
internal static class NightTariff
{
    public const string Unit = "EUR per worker-hour";

    private static readonly double[] Day =
    [
        0.062, 0.058, 0.055, 0.054, 0.056, 0.063, 0.078, 0.094, 0.098, 0.086, 0.071, 0.060,
        0.054, 0.052, 0.055, 0.064, 0.080, 0.103, 0.124, 0.131, 0.118, 0.097, 0.081, 0.069,
    ];

    private static readonly double[] LevelOfDay = [1.0, 0.86, 1.12];

    public static PriceCurve From(DateTimeOffset now)
    {
        var start = new DateTimeOffset(now.Year, now.Month, now.Day, 0, 0, 0, TimeSpan.Zero).AddDays(1);
        return new PriceCurve(start, TimeSpan.FromHours(1), [.. LevelOfDay.SelectMany(level => Day.Select(price => Math.Round(level * price, 4)))]);
    }
}
