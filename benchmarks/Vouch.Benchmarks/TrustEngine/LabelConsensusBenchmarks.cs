using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Consensus;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>1.8 million answers of 10,000 workers to 500,000 tasks with four labels, beside the bare majority; and the same body of answers taking 1,000 more, with and without deciding all of it anew.</summary>
/// <remarks>Synthetic, seeded: workers are right with a chance of their own in [0.5, 0.95], one in twenty guesses.</remarks>
[MemoryDiagnoser]
public class LabelConsensusBenchmarks
{
    private const int Tasks = 500_000;
    private const int Answers = 1_800_000;
    private const int Workers = 10_000;
    private const int Labels = 4;
    private const int Batch = 1_000;

    private readonly LabelConsensus _majority = new(new LabelConsensusOptions { Method = LabelMethod.Majority });
    private readonly LabelConsensus _consensus = new();
    private Random _random = new(1);
    private int[] _truth = [];
    private double[] _skills = [];
    private LabelAnswer[] _answers = [];
    private LabelAnswer[] _batch = [];
    private LiveLabelConsensus _live = null!;

    [GlobalSetup(Targets = [nameof(Majority), nameof(Decide)])]
    public void Setup()
    {
        _random = new Random(1);
        _truth = [.. Enumerable.Range(0, Tasks).Select(_ => _random.Next(Labels))];
        _skills = [.. Enumerable.Range(0, Workers).Select(i => i % 20 == 0 ? 1.0 / Labels : 0.5 + (0.45 * _random.NextDouble()))];

        // Every task is answered; the rest falls where it falls.
        _answers = [.. Enumerable.Range(0, Answers).Select(i => Answer(i < Tasks ? i : _random.Next(Tasks)))];
    }

    [GlobalSetup(Targets = [nameof(FoldIn), nameof(FoldInAndRefresh)])]
    public void SetupLive()
    {
        Setup();
        _live = new LiveLabelConsensus(_consensus, _answers);
    }

    [IterationSetup(Targets = [nameof(FoldIn), nameof(FoldInAndRefresh)])]
    public void NextBatch() => _batch = [.. Enumerable.Range(0, Batch).Select(_ => Answer(_random.Next(Tasks)))];

    [Benchmark(Baseline = true)]
    public LabelConsensusResult Majority() => _majority.Decide(_answers);

    [Benchmark]
    public LabelConsensusResult Decide() => _consensus.Decide(_answers);

    [Benchmark]
    public int FoldIn()
    {
        _live.Add(_batch);
        return _live.Added;
    }

    [Benchmark]
    public LabelConsensusResult FoldInAndRefresh()
    {
        _live.Add(_batch);
        return _live.Refresh();
    }

    private LabelAnswer Answer(int task)
    {
        int worker = _random.Next(Workers);
        int wrong = (_truth[task] + 1 + _random.Next(Labels - 1)) % Labels;
        return new LabelAnswer(task, worker, _random.NextDouble() < _skills[worker] ? _truth[task] : wrong);
    }
}
