using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.Statistics.Sequential;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>What one observation costs: the change detector alone, and the ledger's record of it.</summary>
[MemoryDiagnoser]
public class ReputationLedgerBenchmarks
{
    private readonly ReputationLedger _ledger = new();
    private readonly BernoulliChangeDetector _detector = BernoulliChangeDetector.WithLifetimeAlarm(0.005, 0.001);
    private readonly WorkerId _worker = new("worker-7");

    [Benchmark(Baseline = true)]
    public bool Detect() => _detector.Add(failure: false);

    [Benchmark]
    public bool Record() => _ledger.Record(_worker, correct: true);

    [Benchmark]
    public ReputationSnapshot Get() => _ledger.Get(_worker);
}
