using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>One decision about a result of a trusted worker, beside the one HMAC that its draw takes.</summary>
[MemoryDiagnoser]
public class ReplicationPolicyBenchmarks
{
    private readonly VerificationMeans _means = new();
    private readonly WorkerId _worker = new("worker-7");
    private readonly WorkUnitId _unit = new("unit-4711");
    private readonly byte[] _seed = new byte[SpotCheckLottery.Length];
    private readonly byte[] _message = new byte[29];
    private ReplicationPolicy _policy = null!;
    private SpotCheckLottery _lottery = null!;
    private int _round;

    [GlobalSetup]
    public void Setup()
    {
        _lottery = SpotCheckLottery.FromSeed(_seed);
        _policy = new ReplicationPolicy(new ReplicationOptions { PlannedResults = 1L << 50 }, _lottery, new ReputationLedger(new ReputationOptions { ProbationChecks = 0 }));
    }

    [Benchmark(Baseline = true)]
    public byte[] Hmac() => HMACSHA256.HashData(_seed, _message);

    [Benchmark]
    public double Draw() => _lottery.Draw(_unit, _worker, _round++ & int.MaxValue);

    [Benchmark]
    public VerificationOrder Decide() => _policy.Decide(_unit, _worker, _means, _round++ & int.MaxValue);
}
