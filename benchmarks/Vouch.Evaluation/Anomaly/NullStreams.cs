namespace Vouch.Evaluation.Anomaly;

/// <summary>Streams in which nothing happens: normal, heavy-tailed, skewed, discrete, drifting, a random walk, and (with data) shuffled residuals of real series.</summary>
internal static class NullStreams
{
    public static IEnumerable<(string Name, Func<Random, Func<double>> Source)> All(EvaluationRun run)
    {
        yield return ("normal", random => () => Normal(random));
        yield return ("t3", random => () => StudentT3(random));
        yield return ("gamma", random => () => -Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble())));
        yield return ("poisson", random => () => Poisson(random, 5));
        yield return ("rare_poisson", random => () => Poisson(random, 0.1));
        yield return ("drifting", random => Drifting(random, 1e-4));
        yield return ("random_walk", random => Walk(random));
        if (run.DataFolder is null)
        {
            yield break;
        }

        // What is left of a real series after its hour of the day is taken out, in random order: nothing can be an event.
        double[] pool = [.. NabSeries.ReadAll(run.Require("data"), run.Require(Path.Combine("labels", "combined_windows.json")))
            .Where(series => series.File.StartsWith("real", StringComparison.Ordinal)).SelectMany(Residuals)];
        if (pool.Length > 0)
        {
            yield return ("real_residuals", random => () => pool[random.Next(pool.Length)]);
        }
    }

    private static IEnumerable<double> Residuals(NabSeries series)
    {
        double[] means = new double[24];
        int[] counts = new int[24];
        for (int i = 0; i < series.Values.Length; i++)
        {
            means[series.Times[i].Hour] += series.Values[i];
            counts[series.Times[i].Hour]++;
        }

        double[] residuals = [.. series.Values.Select((value, i) => value - (means[series.Times[i].Hour] / counts[series.Times[i].Hour]))];
        double size = residuals.Select(Math.Abs).Order().ElementAt(residuals.Length / 2);
        return size > 0 ? residuals.Select(residual => residual / size) : [];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double StudentT3(Random random)
    {
        double a = Normal(random);
        double b = Normal(random);
        double c = Normal(random);
        return Normal(random) / Math.Sqrt(((a * a) + (b * b) + (c * c)) / 3);
    }

    private static double Poisson(Random random, double mean)
    {
        double limit = Math.Exp(-mean);
        double product = random.NextDouble();
        int count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    private static Func<double> Drifting(Random random, double step)
    {
        double level = 0;
        return () => (level += step) + Normal(random);
    }

    private static Func<double> Walk(Random random)
    {
        double level = 0;
        return () => level += Normal(random);
    }

    // Stable over runs, unlike string.GetHashCode.
    public static int Seed(int seed, string name, int stream)
    {
        uint hash = 2_166_136_261;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 16_777_619;
        }

        return (int)((hash ^ (uint)seed) * 16_777_619) + stream;
    }
}
