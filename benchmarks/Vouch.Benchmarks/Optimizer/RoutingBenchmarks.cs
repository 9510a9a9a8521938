using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Benchmarks.Optimizer;

/// <summary>A routing decision for a prompt of 600 characters among eleven endpoints, and what fitting the model costs.</summary>
[MemoryDiagnoser]
public class RoutingBenchmarks
{
    private const int Endpoints = 11;
    private readonly OutcomePrediction[] _predictions = new OutcomePrediction[Endpoints];
    private readonly double[] _costs = new double[Endpoints];
    private readonly int[] _eligible = [.. Enumerable.Range(0, Endpoints)];
    private readonly RoutingPolicy _policy = RoutingPolicy.For(OptimizationProfile.Balanced, 0.01);
    private readonly GuaranteeMonitor _monitor = new(Endpoints, 0.8);
    private OutcomeModel _model = null!;
    private LabelledPrompt[] _labels = [];
    private string[] _prompts = [];
    private int _next;
    private long _id;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        string[] words = [.. Enumerable.Range(0, 5_000).Select(_ => new string([.. Enumerable.Range(0, random.Next(2, 10)).Select(_ => (char)('a' + random.Next(26)))]))];
        _labels = [.. Enumerable.Range(0, 6_000).Select(_ => new LabelledPrompt(
            Prompt(words, random), [.. Enumerable.Range(0, Endpoints).Select(_ => (double)random.Next(2))], [.. Enumerable.Range(0, Endpoints).Select(_ => random.Next(10, 900) * 1.0)]))];
        _prompts = [.. _labels.Take(256).Select(label => label.Prompt)];
        _model = Fit();
    }

    /// <summary>Features, predictions and the choice.</summary>
    [Benchmark]
    public int Decide()
    {
        _model.Predict(_prompts[_next++ & 255], _predictions);
        for (int i = 0; i < _costs.Length; i++)
        {
            _costs[i] = 1e-6 * (i + 1) * _predictions[i].OutputTokens;
        }

        return _policy.Choose(_predictions, _costs, _eligible);
    }

    /// <summary>One audited outcome.</summary>
    [Benchmark]
    public AuditVerdict Audit() => _monitor.Audit(new AuditedOutcome(_id++, (int)(_id % Endpoints), 0.8, (_id & 7) == 0 ? 0 : 1));

    /// <summary>Fitting 6,000 prompts of 600 characters on eleven endpoints.</summary>
    [Benchmark]
    public OutcomeModel Fit() => new OutcomeModelTrainer().Fit([.. Enumerable.Range(0, Endpoints).Select(i => $"endpoint {i}")], _labels).Model;

    private static string Prompt(string[] words, Random random)
    {
        var text = new System.Text.StringBuilder();
        while (text.Length < 600)
        {
            // Squaring the draw makes some words frequent and most of them rare, as in text.
            double u = random.NextDouble();
            text.Append(words[(int)(u * u * words.Length)]).Append(random.Next(12) == 0 ? ". " : " ");
        }

        return text.ToString(0, 600);
    }
}
