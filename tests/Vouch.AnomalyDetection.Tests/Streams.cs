namespace Vouch.AnomalyDetection.Tests;

/// <summary>Made-up series: five-minute values with a fixed seed.</summary>
internal static class Streams
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(int row) => Start.AddMinutes(5 * row);

    public static double[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Next(random))];
    }

    public static double Next(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
