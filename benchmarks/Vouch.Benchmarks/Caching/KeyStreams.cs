namespace Vouch.Benchmarks.Caching;

/// <summary>Keys that are asked for.</summary>
internal static class KeyStreams
{
    public const int Length = 1 << 18;

    public static long[] Uniform(int keys, int seed)
    {
        var random = new Random(seed);
        long[] names = Names(keys, random);
        return [.. Enumerable.Range(0, Length).Select(_ => names[random.Next(keys)])];
    }

    public static long[] Zipf(int keys, int seed)
    {
        var random = new Random(seed);
        long[] names = Names(keys, random);
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++)
        {
            cumulated[i] = sum += Math.Pow(i + 1, -0.99);
        }

        return [.. Enumerable.Range(0, Length).Select(_ => Array.BinarySearch(cumulated, random.NextDouble() * sum) is var at && at < 0 ? names[Math.Min(~at, keys - 1)] : names[at])];
    }

    private static long[] Names(int keys, Random random) => [.. Enumerable.Range(0, keys).Select(_ => random.NextInt64())];
}
