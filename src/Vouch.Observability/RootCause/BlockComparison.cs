using Vouch.Statistics.Distributions;

namespace Vouch.Observability.RootCause;

/// <summary>
/// Compares one set of traces with blocks of normal ones, feature by feature. A feature's normal variance has two parts: between calls, and between blocks, since load and time of day move all calls
/// together. The second, as a multiple of the first (the dispersion), is estimated per feature from few blocks and therefore pulled towards that of the channel, as moderated t-tests do.
/// </summary>
/// <remarks>Source: G. K. Smyth, <i>Linear models and empirical Bayes methods for assessing differential expression</i>, Stat. Appl. Genet. Mol. Biol. 3 (2004), for the moderation.</remarks>
internal sealed class BlockComparison
{
    private const int FewestTraces = 3;

    private readonly OperationTable _table;
    private readonly FeatureSums _normal;
    private readonly List<FeatureSums> _blocks;
    private readonly Dictionary<FeatureKey, (FeatureLevel Level, double Dispersion, int Freedom)> _levels = [];
    private readonly Dictionary<(AccusationChannel Channel, bool IsLast), Prior> _typical = [];

    public BlockComparison(OperationTable table, List<FeatureSums> blocks)
    {
        _table = table;
        _blocks = blocks;
        _normal = new FeatureSums();
        blocks.ForEach(_normal.Add);
        foreach (FeatureKey key in _normal.Keys)
        {
            FeatureLevel level = _normal[key];
            (double dispersion, int freedom) = Dispersion(key, level);
            _levels.Add(key, (level, dispersion, freedom));
        }

        foreach (AccusationChannel channel in Enum.GetValues<AccusationChannel>())
        {
            Learn(channel, isLast: false);
        }

        Learn(AccusationChannel.Structure, isLast: true);
    }

    public List<Charge> Compare(FeatureSums observed)
    {
        var charges = new List<Charge>();
        foreach (FeatureKey key in _normal.Keys.Union(observed.Keys))
        {
            FeatureLevel seen = observed[key];
            FeatureLevel normal = _normal[key];
            if (seen.Traces < FewestTraces || normal.Traces < FewestTraces)
            {
                continue;
            }

            // Edges stay even where nothing changed: that says as much about their ends.
            double tail = LogTail(key, normal, seen);
            if (tail <= 0 && !key.IsEdge)
            {
                continue;
            }

            int service = _table.ServiceOf(key.Operation);
            charges.Add(key.IsEdge
                ? new Charge(key.Other, service, key, tail, normal, seen)
                : new Charge(service, -1, key, tail, normal, seen));
        }

        return charges;
    }

    private void Learn(AccusationChannel channel, bool isLast)
    {
        var levels = _levels.Where(entry => entry.Key.Channel == channel && entry.Key.IsLast == isLast).Select(entry => entry.Value).ToList();
        _typical[(channel, isLast)] = Prior.Of(
            [.. levels.Where(level => level.Freedom >= 3).Select(level => (level.Dispersion, level.Freedom))],
            [.. levels.Where(level => level.Level.Traces >= 8).Select(level => level.Level.Variance)]);
    }

    private double LogTail(FeatureKey key, FeatureLevel normal, FeatureLevel seen)
    {
        double difference = seen.Mean - normal.Mean;
        if (difference == 0 || (key.IsOneSided && difference < 0))
        {
            return 0;
        }

        Prior prior = _typical[(key.Channel, key.IsLast)];
        (_, double ownDispersion, int freedom) = _levels.GetValueOrDefault(key, (default, prior.Dispersion, 0));
        double dispersion = Math.Max(1, ((prior.Freedom * prior.Dispersion) + (freedom * ownDispersion)) / (prior.Freedom + freedom));
        double variance = Variance(key, normal, seen, prior);
        double perBlock = Math.Max(1, (double)normal.Traces / _blocks.Count);
        double between = (dispersion - 1) / perBlock;
        double here = key.Channel == AccusationChannel.ExclusiveTime ? Math.Max(variance, seen.Variance * seen.Traces / (seen.Traces - 1)) : variance;
        double error = Math.Sqrt((here / seen.Traces) + (variance * ((1.0 / normal.Traces) + between)));
        double tail = StudentTDistribution.UpperTail(Math.Abs(difference) / error, prior.Freedom + freedom);
        double logTail = -Math.Log(Math.Max(key.IsOneSided ? tail : 2 * tail, double.Epsilon));

        // A handful of failures is too few for a t-test: the exact chance of so many of all failures falling into this window bounds it.
        return key.Channel == AccusationChannel.Errors ? Math.Min(logTail, ExactLogTail(normal, seen)) : logTail;
    }

    private static double ExactLogTail(FeatureLevel normal, FeatureLevel seen)
    {
        long failures = (long)Math.Round(seen.Mean * seen.Calls), all = failures + (long)Math.Round(normal.Mean * normal.Calls);
        return -Math.Log(Math.Max(HypergeometricDistribution.UpperTail(failures, normal.Calls + seen.Calls, all, seen.Calls), double.Epsilon));
    }

    // Times keep their normal variance, so that a slower call counts by how much slower it is; where calls scatter more than normal, by that, so that a single slow call of few proves nothing. Counts take that of both windows together: where something never happened before, the normal variance is
    // zero and would make a single event a certainty.
    private static double Variance(FeatureKey key, FeatureLevel normal, FeatureLevel seen, Prior prior)
    {
        if (key.Channel == AccusationChannel.ExclusiveTime)
        {
            return Math.Max(1e-12, ((prior.Freedom * prior.Variance) + (normal.Traces * normal.Variance)) / (prior.Freedom + normal.Traces - 1));
        }

        double calls = normal.Calls + seen.Calls;
        double difference = seen.Mean - normal.Mean;
        double pooled = (((normal.Calls * normal.Variance) + (seen.Calls * seen.Variance)) / calls) + (normal.Calls * seen.Calls / (calls * calls) * difference * difference);
        return Math.Max(1e-12, pooled);
    }

    private (double Dispersion, int Freedom) Dispersion(FeatureKey key, FeatureLevel level)
    {
        double squares = 0;
        int blocks = 0;
        foreach (FeatureSums block in _blocks)
        {
            FeatureLevel part = block[key];
            if (part.Traces > 0)
            {
                squares += part.Traces * (part.Mean - level.Mean) * (part.Mean - level.Mean);
                blocks++;
            }
        }

        return blocks < 2 || level.Variance <= 0 ? (1, 0) : (squares / (level.Variance * (blocks - 1)), blocks - 1);
    }
}
