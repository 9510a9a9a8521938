using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>The next step for a unit, beside the credibility figures alone, which name no step.</summary>
[MemoryDiagnoser]
public class AcceptancePolicyBenchmarks
{
    private readonly AcceptancePolicy _policy = new();
    private readonly AcceptanceCosts _costs = new(Check: 0.06, Replica: 1);
    private CandidateResult[] _candidates = [];

    [Params(1, 3, 6)]
    public int Candidates { get; set; }

    [GlobalSetup]
    public void Setup() => _candidates = [.. Enumerable.Range(0, Candidates).Select(i => new CandidateResult(
        new WorkerId($"w{i}"), i / 2, 0.05 + (0.05 * i), 0, 0.7, 0.001))];

    [Benchmark(Baseline = true)]
    public IReadOnlyList<GroupCredibility> Evaluate() => _policy.Model.Evaluate(_candidates);

    [Benchmark]
    public AcceptanceDecision Decide() => _policy.Decide(_candidates, 0.001, _costs);
}
