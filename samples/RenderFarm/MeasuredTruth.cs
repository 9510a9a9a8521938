using RenderFarm.Workers;
using Vouch.Core.Models;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Statistics.Intervals;

namespace RenderFarm;

/// <summary>What really happened, by the workers' own diaries, which the farm never reads: how often it was fooled, whom it caught, whom it wronged.</summary>
internal sealed record MeasuredTruth
{
    private MeasuredTruth()
    {
    }

    public required int Accepted { get; init; }

    /// <summary>Accepted tiles that are forgeries.</summary>
    public required IReadOnlyList<WorkUnitId> WrongUnits { get; init; }

    /// <summary>The 95 % upper bound of the share of forgeries (Clopper-Pearson, one-sided).</summary>
    public required double WrongUpper { get; init; }

    public required int HonestTiles { get; init; }

    public required int HonestRejected { get; init; }

    /// <summary>Workers that cheated on a tenth or more of their tiles and were not suspended.</summary>
    public required IReadOnlyList<WorkerId> Undetected { get; init; }

    /// <summary>Workers that never lied and were suspended.</summary>
    public required IReadOnlyList<WorkerId> WronglySuspended { get; init; }

    public int CheatersCaught { get; private init; }

    public int Cheaters { get; private init; }

    public double WrongShare => Accepted == 0 ? 0 : (double)WrongUnits.Count / Accepted;

    public double HonestRejectedShare => HonestTiles == 0 ? 0 : (double)HonestRejected / HonestTiles;

    public static MeasuredTruth Of(WorkerFarm farm, IReadOnlyList<TileUnit> units, IReadOnlyList<VerifiedResult<TileImage>> accepted, IReadOnlyList<RunEvent> events, JobReport report)
    {
        // Tiles of an earlier run have no diary in this one: they are rendered again, honestly, and compared bit by bit.
        Dictionary<WorkUnitId, TileUnit> unitById = units.ToDictionary(static unit => unit.Id);
        Dictionary<WorkerId, RenderWorker> workerById = farm.Workers.ToDictionary(static worker => worker.Id);
        WorkUnitId[] wrong =
        [
            .. accepted.AsParallel().AsOrdered()
                .Where(result => farm.Truth(result.Worker, result.UnitId) is { } diary
                    ? diary.Kind != Misconduct.None
                    : !workerById.TryGetValue(result.Worker, out RenderWorker? worker) || !worker.IsHonestAnswer(unitById[result.UnitId], result.Value))
                .Select(static result => result.UnitId),
        ];
        RunEvent[] answered = [.. events.Where(static happened => happened.Kind == RunEventKind.Answered)];
        HashSet<WorkerId> liars = [.. farm.Workers.Where(static worker => worker.IsCheater).Select(static worker => worker.Id)];
        HashSet<WorkerId> suspended = [.. report.Workers.Where(static worker => worker.SuspendedBecause is not null).Select(static worker => worker.Worker)];
        var undetected = new List<WorkerId>();
        int cheaters = 0;
        foreach (RenderWorker worker in farm.Workers)
        {
            RunEvent[] sent = [.. answered.Where(happened => happened.Worker == worker.Id)];
            int forged = sent.Count(happened => !IsHonest(farm, happened));
            if (forged > 0 && forged >= 0.1 * sent.Length)
            {
                cheaters++;
                if (!suspended.Contains(worker.Id))
                {
                    undetected.Add(worker.Id);
                }
            }
        }

        return new MeasuredTruth
        {
            Accepted = accepted.Count,
            WrongUnits = wrong,
            WrongUpper = accepted.Count == 0 ? 1 : BinomialInterval.ClopperPearsonUpper(wrong.Length, accepted.Count, 0.95),

            // A cheater's honest tiles go down with it when it is caught; that wrongs nobody.
            HonestTiles = answered.Count(happened => !liars.Contains(happened.Worker!.Value)),
            HonestRejected = events.Count(happened => happened.Kind == RunEventKind.Rejected && !liars.Contains(happened.Worker!.Value)),
            Undetected = undetected,
            WronglySuspended = [.. farm.Workers.Where(worker => !worker.IsCheater && suspended.Contains(worker.Id)).Select(static worker => worker.Id)],
            Cheaters = cheaters,
            CheatersCaught = cheaters - undetected.Count,
        };
    }

    private static bool IsHonest(WorkerFarm farm, RunEvent happened) =>
        happened is { Worker: { } worker, UnitId: { } unit } && farm.Truth(worker, unit) is { Kind: Misconduct.None };
}
