using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>One fault, one policy: 150 requests a second for 9 s at random, of which the fault lasts from 2 to 5 s at the first worker. A request has 3 s.</summary>
internal static class ChaosMatrix
{
    public const double Rate = 150;

    public static readonly TimeSpan FaultStart = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan FaultEnd = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastRequest = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<double> Intensities { get; } = [0.2, 0.5, 1];

    public static IReadOnlyList<ChaosRow> Rows { get; } =
    [
        .. FaultSchedule.AllKinds.Select(static kind => new ChaosRow(kind.ToString(), kind, null)),
        new("Error, by Polly's chaos fault", FaultKind.Error, "fault"),
        new("Delay of 2 s, by Polly's chaos latency", FaultKind.Delay, "latency"),
        new("Byzantine, by Polly's chaos outcome", FaultKind.Byzantine, "outcome"),
    ];

    public static ChaosCell Run(ChaosRow row, double intensity, ChaosPolicy policy, ulong seed = 1)
    {
        var requests = new List<ChaosRequest>();
        int attempts = 0;
        SimulationReport report = Simulation.Run(
            async simulation =>
            {
                var world = new ChaosWorld(simulation, row.PollyChaos, intensity);
                Func<int, CancellationToken, ValueTask<long>> call = policy.Build(world);
                var running = new List<Task>();
                for (int unit = 1; ; unit++)
                {
                    await simulation.Delay(TimeSpan.FromSeconds(-Math.Log(1 - simulation.Random.NextDouble()) / Rate));
                    if (simulation.Elapsed >= LastRequest)
                    {
                        break;
                    }

                    var request = new ChaosRequest(simulation.Elapsed);
                    requests.Add(request);
                    running.Add(AskAsync(simulation, call, unit, request));
                }

                await Task.WhenAll(running);
                attempts = world.Attempts;
            },
            new SimulationOptions
            {
                Seed = seed,
                TimeLimit = TimeSpan.FromMinutes(2),
                Faults = row.PollyChaos is null ? new FaultSchedule(new Fault(row.Kind, 0, FaultStart, FaultEnd - FaultStart, intensity)) : FaultSchedule.None,
            });
        return new ChaosCell(row, intensity, policy, requests, attempts, report.Digest);
    }

    private static async Task AskAsync(Simulation simulation, Func<int, CancellationToken, ValueTask<long>> call, int unit, ChaosRequest request)
    {
        using var patience = new CancellationTokenSource(RequestTime, simulation.Time);
        try
        {
            request.Outcome = await call(unit, patience.Token) == ChaosWorld.Honest(unit) ? ChaosOutcome.Right : ChaosOutcome.Wrong;
        }
        catch (Exception error) when (error is not SimulationException)
        {
            request.Outcome = ChaosOutcome.Failed;
        }

        request.Took = simulation.Elapsed - request.Begun;
    }
}
