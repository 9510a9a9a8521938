using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Vouch.Core.Models;
using Vouch.Execution.Jobs;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Running;

/// <content>The promise about the whole job: the lot decides which results are verified. A result that failed a check is judged on its own, as ever.</content>
internal sealed partial class JobRun<TUnit, TResult>
{
    private const string WholeJobMethod = "Spot checks by committed lot, wrong results charged by inverse probability (Horvitz and Thompson 1952)";
    private readonly ReplicationPolicy? _replication;
    private readonly SpotCheckLottery? _lottery;
    private readonly HashSet<WorkUnitId> _unverified = [];
    private readonly HashSet<WorkUnitId> _doubtful = [];

    private static (ReplicationPolicy Policy, SpotCheckLottery Lottery) LotFor(VerifiedJob<TUnit> job, RunServices services)
    {
        SpotCheckLottery lottery = SpotCheckLottery.Create();
        if (job.Seed is { } seed)
        {
            Span<byte> bytes = stackalloc byte[9];
            bytes[0] = (byte)RunSecret.Purpose.Lot;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], seed);
            lottery = SpotCheckLottery.FromSeed(SHA256.HashData(bytes));
        }

        // A ledger of its own: what was handed out unverified is no proof, and what the executor's ledger knows from earlier jobs counts.
        var ledger = new ReputationLedger(services.ReputationOptions);
        ledger.Import(services.Reputation.Export());
        ReplicationOptions shared = services.Replication;
        return (new ReplicationPolicy(
            new ReplicationOptions
            {
                ErrorBudget = job.ErrorBudget,
                PlannedResults = job.Units.Count,
                RiskPerCatch = shared.RiskPerCatch,
                AlertSpan = shared.AlertSpan,
                MaxUnverified = shared.MaxUnverified,
                MaxVerifications = shared.MaxVerifications,
                RingShare = shared.RingShare,
                LookBackPasses = shared.LookBackPasses,
            },
            lottery,
            ledger), lottery);
    }

    /// <summary>Takes the next step for a unit's only result, which failed nothing yet.</summary>
    /// <returns>True when the unit now waits for a check; false when there is something new to decide, or nothing left.</returns>
    private bool WaitsByLot(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> candidate)
    {
        if (candidate.Order is null)
        {
            candidate.Order = _replication!.Decide(unit.Unit.Id, candidate.Worker.Id, new VerificationMeans(Math.Max(1e-6, _checkShare), _power), unit.Attempts);
            candidate.IsOrderOpen = candidate.Order.Step == VerificationStep.Check;
        }

        VerificationOrder order = candidate.Order;
        if (order.Step == VerificationStep.Accept || (order.Step == VerificationStep.Check && candidate.Passed >= order.Count))
        {
            double error = candidate.Passed > 0 ? Math.Min(_job.ErrorBudget, ErrorOf(unit, candidate.Group)) : _job.ErrorBudget;
            TryAccept(unit, new AcceptanceDecision(AcceptanceAction.Accept, candidate.Group, candidate.Worker.Id, error, [order.Explain()]));
            return false;
        }

        if (order.Step == VerificationStep.Check && CanStillBeChecked(candidate))
        {
            WantCheck(unit, candidate);
            return true;
        }

        unit.Candidates.Remove(candidate);
        CloseOrder(candidate, proof: null);
        Refuse(unit, candidate.Worker, candidate.Cost, PriorError(candidate.Worker), "the lot fell on it and no check could tell whether it is right");
        return false;
    }

    /// <summary>A result that leaves: with proof against it, or for another reason.</summary>
    private void CloseOrder(Candidate<TUnit, TResult> candidate, string? proof)
    {
        if (!candidate.IsOrderOpen)
        {
            return;
        }

        candidate.IsOrderOpen = false;
        if (proof is null)
        {
            _replication!.Abandon(candidate.Order!);
        }
        else
        {
            _replication!.Refute(candidate.Order!, proof);
            _journal.Charge(_replication.State().EstimatedWrong);
        }
    }

    /// <summary>A result that is handed out; true where it was verified, so that its worker earns trust by it.</summary>
    private bool HandsOutVerified(UnitState<TUnit, TResult> unit, Candidate<TUnit, TResult> winner)
    {
        if (winner.IsOrderOpen)
        {
            winner.IsOrderOpen = false;
            _replication!.Confirm(winner.Order!);
        }

        if (winner.Order is not { Step: VerificationStep.Accept })
        {
            return true;
        }

        _unverified.Add(unit.Unit.Id);
        return false;
    }

    /// <summary>A worker was caught: what it handed in unverified before is in doubt.</summary>
    private void Doubt(WorkerId worker, string why)
    {
        if (_replication is not null)
        {
            _doubtful.UnionWith(_replication.Convict(worker, why).Units.Where(_unverified.Contains));
        }
    }

    /// <summary>Says in the log, before the first draw, which seed the draws come from.</summary>
    private void CommitToLot()
    {
        if (_replication is not null)
        {
            _journal.Note(Journal.JournalEntry.CommittedKind, Convert.ToHexStringLower(_lottery!.Commitment.Span));
            _replication.Resume(_accepted, _journal.EarlierCharge);
        }
    }

    private void RevealLot()
    {
        if (_lottery is not null)
        {
            _journal.Note(Journal.JournalEntry.RevealedKind, Convert.ToHexStringLower(_lottery.Reveal()));
        }
    }

    private string[] WholeJobReasons()
    {
        ReplicationStatement state = _replication!.State();
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{state.HandedOut} of {_units.Length} units accepted, {state.Unverified} of them by lot without a look; {state.Caught} wrong results were caught, which stand for {state.EstimatedWrong:G3} that were not, of {state.Budget:G3} that the promise allows."),
            state.PromiseHolds
                ? "Assumed: a check fails a wrong result with at least the power that the verifier states. Nothing is assumed about how many workers cheat, how, or together with whom."
                : "Insufficient evidence: the checks are too weak for this promise even when every result has as many as the options allow.",
        ];
    }
}
