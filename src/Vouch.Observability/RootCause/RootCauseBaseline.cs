using System.Globalization;
using Vouch.Core.Models;
using Vouch.Observability.Traces;

namespace Vouch.Observability.RootCause;

/// <summary>What a system looks like when all is well, and how much that varies: made by <see cref="RootCauseAnalyzer.Learn"/>.</summary>
/// <remarks>Safe to share: judging a window takes a lock for as long as it lasts.</remarks>
public sealed class RootCauseBaseline
{
    private const string Method = "left-out normal blocks, moderated t, Gumbel maxima";
    private const int TracesPerBlock = 15;
    private const int MostBlocks = 20;
    private const double OddBlock = 0.01;

    private static readonly AccusationChannel[] TraceChannels = [AccusationChannel.ExclusiveTime, AccusationChannel.Structure, AccusationChannel.LogLines, AccusationChannel.Errors];

    private readonly Lock _lock = new();
    private readonly RootCauseOptions _options;
    private readonly OperationTable _table = new();
    private readonly FeatureScratch _scratch = new();
    private readonly double _negligible;
    private readonly int _traces;
    private readonly BlockComparison? _comparison;
    private readonly Dictionary<string, MetricComparison> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<AccusationChannel, (NullLevel Typical, NullLevel Cautious)> _levels = [];
    private double[] _normalScores = [];

    private RootCauseBaseline(TelemetryWindow normal, RootCauseOptions options)
    {
        _options = options;
        _traces = normal.Traces.Count;
        if (_traces < options.MinimumTraces)
        {
            return;
        }

        SpanTree[] sorted = [.. normal.Traces.OrderBy(tree => tree.StartOf(tree.Root))];
        TimeSpan[] durations = [.. sorted.Select(tree => tree.Duration)];
        Array.Sort(durations);
        _negligible = Math.Max(1e-4, durations[durations.Length / 2].TotalMilliseconds * options.NegligibleShare);
        int count = Math.Clamp(_traces / TracesPerBlock, 4, MostBlocks);
        var blocks = new List<FeatureSums>(count);
        for (int block = 0; block < count; block++)
        {
            blocks.Add(Sum(sorted.AsSpan((int)((long)block * _traces / count)..(int)((block + 1L) * _traces / count))));
        }

        _comparison = Calibrate(blocks);

        // A service that no traced request ever reaches does not explain what these requests suffer.
        foreach ((string name, var readings) in MetricComparison.Sort(normal.Metrics.Where(metric => metric.Service is not null && _table.Knows(metric.Service))))
        {
            _metrics.Add(name, new MetricComparison(name, readings));
        }
    }

    /// <summary>Gets the number of traces learnt.</summary>
    public int Traces => _traces;

    /// <summary>Gets how many blocks of the normal window stood out by themselves and were kept out of what counts as normal, of at most twenty.</summary>
    public int OddBlocks { get; private set; }

    /// <summary>Compares a window with this baseline.</summary>
    /// <param name="suspect">The window in question.</param>
    /// <returns>The ranked suspects, conclusive or not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="suspect"/> is null.</exception>
    public Diagnosis Diagnose(TelemetryWindow suspect)
    {
        ArgumentNullException.ThrowIfNull(suspect);
        int fewest = (_options.MinimumTraces + 3) / 4;
        if (_comparison is null)
        {
            return Unknown(suspect, $"the normal window has {Text(_traces)} traces, at least {Text(_options.MinimumTraces)} are needed");
        }

        if (suspect.Traces.Count < fewest)
        {
            return Unknown(suspect, $"the suspect window has {Text(suspect.Traces.Count)} traces, at least {Text(fewest)} are needed");
        }

        lock (_lock)
        {
            return Judge(suspect);
        }
    }

    internal static RootCauseBaseline Learn(TelemetryWindow normal, RootCauseOptions options)
    {
        ArgumentNullException.ThrowIfNull(normal);
        return new RootCauseBaseline(normal, options);
    }

    private Diagnosis Judge(TelemetryWindow suspect)
    {
        var byService = new Dictionary<string, List<Accusation>>(StringComparer.Ordinal);
        var operations = new Dictionary<(string, AccusationChannel), string>();
        List<Charge> charges = _comparison!.Compare(Sum([.. suspect.Traces]));
        foreach (((int service, AccusationChannel channel), Charge charge) in ServiceCharges.Gather(charges))
        {
            if (charge.LogTail <= 0)
            {
                continue;
            }

            string name = _table.ServiceName(service);
            Add(byService, name, Accuse(channel, charge));
            operations[(name, channel)] = _table[charge.Key.Operation].Name;
        }

        var metricScores = new List<double>();
        int compared = 0;
        foreach ((string name, var readings) in MetricComparison.Sort(suspect.Metrics))
        {
            if (!_metrics.TryGetValue(name, out MetricComparison? metric))
            {
                continue;
            }

            (var rises, double[] maxima) = metric.Compare(readings);
            NullLevel typical = NullLevel.Typical(maxima), cautious = NullLevel.Cautious(maxima);
            metricScores.AddRange(maxima.Select(typical.Strength));
            compared += rises.Count > 0 ? 1 : 0;
            foreach ((string service, double logTail, double normal, double observed, int count) in rises)
            {
                if (logTail > 0)
                {
                    Add(byService, service, new Accusation(AccusationChannel.Metric, name, normal, observed, count, cautious.TailProbability(logTail), typical.Strength(logTail)));
                }
            }
        }

        return Rank(suspect, byService, operations, [.. metricScores], compared);
    }

    private Diagnosis Rank(TelemetryWindow suspect, Dictionary<string, List<Accusation>> byService, Dictionary<(string, AccusationChannel), string> operations, double[] metricScores, int metrics)
    {
        int channels = _levels.Count + metrics;
        var suspects = new List<Suspect>(byService.Count);
        foreach ((string service, List<Accusation> accusations) in byService)
        {
            accusations.Sort((left, right) => right.Strength.CompareTo(left.Strength));
            Accusation first = accusations[0];
            suspects.Add(new Suspect(service, operations.GetValueOrDefault((service, first.Channel)), first.Strength, FamilyTail(first, channels, metricScores), accusations));
        }

        suspects.Sort((left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : string.CompareOrdinal(left.Service, right.Service));
        Suspect[] ranked = [.. suspects.Take(_options.MaxSuspects)];
        bool conclusive = ranked.Length > 0 && ranked[0].TailProbability <= _options.FalseAccusationRate;
        string reason = ranked.Length == 0
            ? "no operation was seen often enough in both windows"
            : conclusive
                ? ranked[0].ToString()
                : string.Create(CultureInfo.InvariantCulture, $"the strongest change, {ranked[0]}, is one that {100 * ranked[0].TailProbability:0.#} % of normal windows show");
        return new Diagnosis(conclusive, ranked, new Evidence(Method, suspect.Traces.Count + _traces, conclusive, null, [reason]));
    }

    // Two answers to how often normal windows look like this, the greater counts: the fitted law over all channels, and, where a normal window was in fact seen to look as bad, their share (blocks are
    // exchangeable with a window in which nothing is wrong, whatever the law).
    private double FamilyTail(Accusation strongest, int channels, double[] metricScores)
    {
        double[] seen = strongest.Channel == AccusationChannel.Metric ? metricScores : _normalScores;
        int asBad = seen.Count(score => score >= strongest.Strength);
        double share = asBad == 0 ? 0 : (asBad + 1.0) / (seen.Length + 1);
        return Math.Min(1, Math.Max(share, channels * strongest.TailProbability));
    }

    private Accusation Accuse(AccusationChannel channel, Charge charge)
    {
        (NullLevel typical, NullLevel cautious) = _levels[channel];
        Operation operation = _table[charge.Key.Operation];
        string subject = (channel, charge.Key.Other) switch
        {
            (AccusationChannel.ExclusiveTime, >= 0) => $"{operation} waiting for {_table.ServiceName(charge.Key.Other)}",
            (AccusationChannel.Structure, >= 0) => $"{operation} calling {_table[charge.Key.Other]}",
            _ => operation.ToString(),
        };
        (double normal, double observed) = channel == AccusationChannel.ExclusiveTime
            ? (Milliseconds(charge.Normal.Mean), Milliseconds(charge.Observed.Mean))
            : (charge.Normal.Mean, charge.Observed.Mean);
        return new Accusation(channel, subject, normal, observed, charge.Observed.Calls, cautious.TailProbability(charge.LogTail), typical.Strength(charge.LogTail));
    }

    private double Milliseconds(double logarithm) => Math.Max(0, Math.Exp(logarithm) - _negligible);

    // Normal windows are seldom clean: the end of an earlier fault, a restart. Blocks that no normal law of the others explains, a quarter of them at most, are kept out of what is normal; they still
    // count for how far a window may stray and be innocent.
    private BlockComparison Calibrate(List<FeatureSums> blocks)
    {
        double[][] maxima = Maxima(blocks, blocks);
        NullLevel[] typical = [.. maxima.Select(NullLevel.Typical)];
        double limit = Math.Log(blocks.Count / OddBlock);
        double[] oddness = [.. blocks.Select((_, block) => typical.Select((level, channel) => level.Strength(maxima[channel][block])).Max())];
        HashSet<int> odd = [.. Enumerable.Range(0, blocks.Count).Where(block => oddness[block] > limit).OrderByDescending(block => oddness[block]).Take(blocks.Count / 4)];
        List<FeatureSums> clean = [.. blocks.Where((_, block) => !odd.Contains(block))];
        OddBlocks = odd.Count;
        maxima = odd.Count > 0 ? Maxima(clean, blocks) : maxima;
        for (int channel = 0; channel < TraceChannels.Length; channel++)
        {
            _levels.Add(TraceChannels[channel], (NullLevel.Typical([.. maxima[channel].Where((_, block) => !odd.Contains(block))]), NullLevel.Cautious(maxima[channel])));
        }

        _normalScores = [.. blocks.Select((_, block) => TraceChannels.Max(channel => _levels[channel].Typical.Strength(maxima[Array.IndexOf(TraceChannels, channel)][block])))];
        return new BlockComparison(_table, clean);
    }

    // By channel and block: the strongest charge of each block against the clean ones but itself.
    private double[][] Maxima(List<FeatureSums> clean, List<FeatureSums> blocks)
    {
        double[][] maxima = [.. TraceChannels.Select(_ => new double[blocks.Count])];
        for (int block = 0; block < blocks.Count; block++)
        {
            var rest = new BlockComparison(_table, [.. clean.Where(other => other != blocks[block])]);
            foreach (((_, AccusationChannel channel), Charge charge) in ServiceCharges.Gather(rest.Compare(blocks[block])))
            {
                maxima[Array.IndexOf(TraceChannels, channel)][block] = Math.Max(maxima[Array.IndexOf(TraceChannels, channel)][block], charge.LogTail);
            }
        }

        return maxima;
    }

    private FeatureSums Sum(ReadOnlySpan<SpanTree> trees)
    {
        var sums = new FeatureSums();
        foreach (SpanTree tree in trees)
        {
            sums.Add(tree, _table, _negligible, _scratch);
        }

        return sums;
    }

    private Diagnosis Unknown(TelemetryWindow suspect, string reason) => new(false, [], Evidence.Insufficient(Method, suspect.Traces.Count + _traces, reason));

    private static void Add(Dictionary<string, List<Accusation>> byService, string service, Accusation accusation)
    {
        if (!byService.TryGetValue(service, out List<Accusation>? accusations))
        {
            byService.Add(service, accusations = []);
        }

        accusations.Add(accusation);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
