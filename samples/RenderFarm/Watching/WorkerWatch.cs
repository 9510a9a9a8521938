using Vouch.AnomalyDetection.ChangePoints;
using Vouch.Core.Models;
using Vouch.Execution.Progress;
using Vouch.Statistics.Location;
using Vouch.Statistics.Scale;

namespace RenderFarm.Watching;

/// <summary>
/// Watches what workers do while they do it: how long their tiles take compared with the others', and whether their tiles pass. A worker that turns shows in
/// one of the two, or in both: rendering a quarter of the paths takes a quarter of the time.
/// </summary>
/// <remarks>
/// A worker sends a dozen tiles: too few for a history of its own. The pool knows more than any of its workers: how long a tile takes at present and how much
/// that varies among workers, and how rarely honest tiles fail. Nothing here decides anything: who is suspended is the executor's matter alone. Called from the run's one flow.
/// </remarks>
internal sealed class WorkerWatch
{
    /// <summary>
    /// Who was among the pool's latest answers says how long a tile takes now, each worker with its latest one: who answers faster must not be heard more often. Neighbours
    /// in the picture take about as long as each other.
    /// </summary>
    private const int Recent = 24;

    /// <summary>So many answers of the pool are needed before its spread is believed.</summary>
    private const int Enough = 8;

    /// <summary>A worker is expected to turn once in so many of its tiles.</summary>
    private const double TilesBetweenTurns = 100;

    /// <summary>A spread below a tenth is not believed of a machine that others use as well.</summary>
    private const double LeastSpread = 0.1;

    private readonly double _honestPassRate;
    private readonly SortedDictionary<WorkerId, WorkerRecord> _workers = [];
    private readonly List<(WorkerId Worker, double Log)> _latest = [];
    private readonly List<double> _deviations = [];
    private readonly List<Turn> _turns = [];

    /// <param name="honestPassRate">How often an honest tile passes a check, in (0, 1).</param>
    public WorkerWatch(double honestPassRate) => _honestPassRate = honestPassRate;

    /// <summary>What was seen of each worker, by id.</summary>
    public IReadOnlyCollection<WorkerRecord> Workers => _workers.Values;

    /// <summary>Who turned, in the order of the findings.</summary>
    public IReadOnlyList<Turn> Turns => _turns;

    /// <summary>Takes what happened in the run.</summary>
    /// <returns>The turn that it gave away, or null.</returns>
    public Turn? Observe(RunEvent happened)
    {
        if (happened is not { Worker: { } id, UnitId: { } unit })
        {
            return null;
        }

        if (!_workers.TryGetValue(id, out WorkerRecord? worker))
        {
            _workers.Add(id, worker = new WorkerRecord(id, new OnlineRateChangeDetector(_honestPassRate, expectedRun: TilesBetweenTurns)));
        }

        Turn? turn = happened switch
        {
            { Kind: RunEventKind.Answered, Latency: { } latency } => OnAnswer(worker, unit, latency, happened.Sequence),
            { Kind: RunEventKind.CheckPassed or RunEventKind.CheckFailed } => OnCheck(worker, unit, happened.Kind == RunEventKind.CheckPassed, happened.Sequence),
            _ => null,
        };
        if (turn is not null)
        {
            _turns.Add(turn);
        }

        return turn;
    }

    private Turn? OnAnswer(WorkerRecord worker, WorkUnitId unit, TimeSpan latency, long sequence)
    {
        // Twice the time is as far from usual as half of it: logarithms.
        double log = Math.Log(Math.Max(latency.TotalSeconds, 1e-4));
        double usual = _latest.Count == 0 ? log : Quantile.Median([.. _latest.GroupBy(static answer => answer.Worker, static (_, own) => own.Last().Log)]);
        _latest.Add((worker.Id, log));
        if (_latest.Count > Recent)
        {
            _latest.RemoveAt(0);
        }

        double deviation = log - usual;
        worker.Answers.Add(new WatchedAnswer(unit, latency, Math.Exp(deviation)));
        worker.Deviations.Add(deviation);
        _deviations.Add(deviation);
        if (_deviations.Count < Enough)
        {
            return null;
        }

        // How much tiles vary is learnt from all of them, so the worker's past is read again with what is known today.
        var detector = new OnlineChangeDetector(TilesBetweenTurns) { Scale = Math.Max(MedianAbsoluteDeviation.Of([.. _deviations]), LeastSpread) };
        OnlineChange change = default;
        foreach (double own in worker.Deviations)
        {
            change = detector.Observe(own);
        }

        if (!change.Changed || worker.Answers.Count - change.RunLength < worker.LatestTurn)
        {
            return null;
        }

        int tile = worker.Answers.Count - change.RunLength;
        worker.LatestTurn = worker.Answers.Count;
        double before = Quantile.Median([.. worker.Answers.Take(tile).Select(static answer => answer.OfUsual)]);
        double after = Quantile.Median([.. worker.Answers.Skip(tile).Select(static answer => answer.OfUsual)]);
        return new Turn(sequence, worker.Id, TurnSign.Latency, tile + 1, worker.Answers[tile].Unit, worker.Answers.Count, change.Probability, FormattableString.Invariant(
            $"{worker.Id} takes {after / before:0.00} times as long as before from its tile {tile + 1} ({worker.Answers[tile].Unit}) on, compared with the other workers; told after {worker.Answers.Count}."));
    }

    private static Turn? OnCheck(WorkerRecord worker, WorkUnitId unit, bool passed, long sequence)
    {
        int at = worker.Answers.FindIndex(answer => answer.Unit == unit);
        if (at < 0)
        {
            return null;
        }

        worker.Answers[at] = worker.Answers[at] with { Passed = worker.Answers[at].Passed != false && passed };
        worker.Checked.Add(at);
        OnlineChange change = worker.Checks.Observe(passed);
        if (!change.Changed)
        {
            return null;
        }

        int tile = worker.Checked[^change.RunLength];
        int earlier = worker.Checked.Count - change.RunLength;
        string record = earlier == 0 ? "from the first check on" : FormattableString.Invariant($"after {earlier} checks passed");
        return new Turn(sequence, worker.Id, TurnSign.Checks, tile + 1, worker.Answers[tile].Unit, worker.Answers.Count, change.Probability, FormattableString.Invariant(
            $"{worker.Id} fails checks {record}, from its tile {tile + 1} ({worker.Answers[tile].Unit}) on; told after {worker.Answers.Count}."));
    }
}
