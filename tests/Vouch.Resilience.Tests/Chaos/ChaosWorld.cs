using Polly;
using Polly.Simmy;
using Polly.Simmy.Fault;
using Polly.Simmy.Latency;
using Polly.Simmy.Outcomes;
using Vouch.Core.Models;
using Vouch.Testing;
using Vouch.Testing.Simulations;
using Vouch.Testing.Workers;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>Three workers of four servers and 10 ms, behind links of 0.5 to 1.5 ms. An honest answer is three times the unit.</summary>
internal sealed class ChaosWorld
{
    private static readonly ResiliencePropertyKey<int> Unit = new("unit");

    private readonly ResiliencePipeline<long>? _pollyChaos;
    private int _turn;

    public ChaosWorld(Simulation simulation, string? pollyChaos = null, double intensity = 0)
    {
        Simulation = simulation;
        Workers = simulation.AddWorkers<int, long>(3, Honest, new SimulatedWorkerOptions { RequestLifetime = TimeSpan.FromSeconds(2) });
        foreach (SimulatedWorker<int, long> worker in Workers)
        {
            worker.Lie = static (answer, _) => answer + 1;
        }

        Candidates = [.. Enumerable.Range(0, 3).Select(first => (WorkerId[])[.. Enumerable.Range(first, 3).Select(i => Workers[i % 3].Id)])];
        _pollyChaos = pollyChaos is null ? null : Chaos(pollyChaos, intensity);
    }

    public Simulation Simulation { get; }

    public IReadOnlyList<SimulatedWorker<int, long>> Workers { get; }

    /// <summary>The workers from each one on, in turn.</summary>
    public WorkerId[][] Candidates { get; }

    /// <summary>How many times a worker was asked.</summary>
    public int Attempts { get; private set; }

    public static long Honest(int unit) => 3L * unit;

    /// <summary>The worker whose turn it is.</summary>
    public int NextWorker() => _turn++ % 3;

    public ValueTask<long> AskAsync(int worker, int unit, CancellationToken cancellationToken)
    {
        Attempts++;
        return _pollyChaos is null || worker % 3 != 0
            ? Workers[worker % 3].ExecuteAsync(unit, cancellationToken)
            : AskThroughChaosAsync(_pollyChaos, Workers[0], unit, cancellationToken);
    }

    public ValueTask<long> AskAsync(WorkerId worker, int unit, CancellationToken cancellationToken)
    {
        int index = 0;
        while (Workers[index].Id != worker)
        {
            index++;
        }

        return AskAsync(index, unit, cancellationToken);
    }

    private static async ValueTask<long> AskThroughChaosAsync(ResiliencePipeline<long> chaos, SimulatedWorker<int, long> worker, int unit, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Unit, unit);
        try
        {
            return await chaos.ExecuteAsync(static (context, state) => state.worker.ExecuteAsync(state.unit, context.CancellationToken), context, (worker, unit));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Polly's own chaos strategies, at the caller's side of the first worker, while the fault lasts.
    private ResiliencePipeline<long> Chaos(string kind, double intensity)
    {
        var builder = new ResiliencePipelineBuilder<long> { TimeProvider = Simulation.Time };
        Func<double> random = Simulation.Random.NextDouble;
        Func<EnabledGeneratorArguments, ValueTask<bool>> during = _ => new(Simulation.Elapsed >= ChaosMatrix.FaultStart && Simulation.Elapsed < ChaosMatrix.FaultEnd);
        return (kind switch
        {
            "fault" => builder.AddChaosFault(new ChaosFaultStrategyOptions
            {
                InjectionRate = intensity,
                Randomizer = random,
                EnabledGenerator = during,
                FaultGenerator = static _ => new(new WorkerCrashException("Injected.")),
            }),
            "latency" => builder.AddChaosLatency(new ChaosLatencyStrategyOptions
            {
                InjectionRate = intensity,
                Randomizer = random,
                EnabledGenerator = during,
                Latency = TimeSpan.FromSeconds(2),
            }),
            "outcome" => builder.AddChaosOutcome(new ChaosOutcomeStrategyOptions<long>
            {
                InjectionRate = intensity,
                Randomizer = random,
                EnabledGenerator = during,
                OutcomeGenerator = static arguments => new(Outcome.FromResult(Honest(arguments.Context.Properties.GetValue(Unit, 0)) + 1)),
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Polly's chaos is fault, latency or outcome."),
        }).Build();
    }
}
