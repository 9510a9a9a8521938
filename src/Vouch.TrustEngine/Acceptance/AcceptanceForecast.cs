using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>What verification is going to cost, worked out before the job by playing it through.</summary>
/// <param name="CheckCost">The cost of all checks, as a share of the accepted work.</param>
/// <param name="RejectedCost">The cost of results that are not accepted, as a share of the accepted work.</param>
/// <param name="ChecksPerResult">How many checks an accepted result takes on average, those of refused results included.</param>
/// <param name="CheatsCaught">The mean share of the cheats that are suspended at the end; NaN where there are none.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record AcceptanceForecast(double CheckCost, double RejectedCost, double ChecksPerResult, double CheatsCaught)
{
    private const double ProofOfGuilt = 0.999;
    private const int MaxChecksToConfirm = 8;

    /// <summary>Gets the price of trust: everything that is paid over what the accepted results alone cost.</summary>
    /// <value>1 or more.</value>
    public double Factor => 1 + CheckCost + RejectedCost;

    /// <summary>Plays a job through with the policy and a fresh ledger.</summary>
    /// <param name="policy">The policy that is going to decide.</param>
    /// <param name="reputation">How reputations are going to be kept.</param>
    /// <param name="setting">The job.</param>
    /// <returns>The mean over <see cref="AcceptanceSetting.Runs"/> jobs; the same for the same arguments.</returns>
    /// <remarks>
    /// Workers are drawn evenly; one unit is in work at a time, so nothing is sent to a cheat between its catch and its suspension: a farm that works on many units at once
    /// pays for somewhat more refused results. O(runs * units) decisions.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value of the setting is outside its range.</exception>
    public static AcceptanceForecast Of(AcceptancePolicy policy, ReputationOptions reputation, AcceptanceSetting setting)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reputation);
        Require(setting);
        double checks = 0, refused = 0, caught = 0;
        int cheats = Math.Min(setting.Workers - 1, (int)Math.Round(setting.CheaterShare * setting.Workers));
        for (int run = 0; run < setting.Runs; run++)
        {
            var play = new Play(policy, new ReputationLedger(reputation), setting, cheats, new Random(unchecked((setting.Seed * 7919) + run)));
            checks += play.Checks;
            refused += play.Refused;
            caught += play.Caught;
        }

        double total = (double)setting.Runs * setting.Units;
        return new AcceptanceForecast(checks * setting.CheckCost / total, refused / total, checks / total, cheats == 0 ? double.NaN : caught / setting.Runs / cheats);
    }

    private static void Require(AcceptanceSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Units < 1 || setting.Workers < 1 || setting.Runs < 1
            || !(setting.ErrorBudget is > 0 and < 1)
            || !(setting.CheckCost > 0 && double.IsFinite(setting.CheckCost))
            || !(setting.DetectionPower is > 0 and < 1)
            || !(setting.FalseAlarmRate is > 0 and < 1)
            || !(setting.TurnHazard is >= 0 and < 1)
            || !(setting.CheaterShare is >= 0 and < 1)
            || !(setting.CheatRate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(setting), setting, "A forecast needs at least one unit, worker and run, a check of a finite cost above 0, and chances in their ranges.");
        }
    }

    /// <summary>One job.</summary>
    private sealed class Play
    {
        private readonly AcceptancePolicy _policy;
        private readonly ReputationLedger _ledger;
        private readonly AcceptanceSetting _setting;
        private readonly Random _random;
        private readonly List<WorkerId> _active;
        private readonly HashSet<WorkerId> _cheats;

        public Play(AcceptancePolicy policy, ReputationLedger ledger, AcceptanceSetting setting, int cheats, Random random)
        {
            _policy = policy;
            _ledger = ledger;
            _setting = setting;
            _random = random;
            _active = [.. Enumerable.Range(0, setting.Workers).Select(static index => new WorkerId($"w{index}"))];
            _cheats = [.. _active.Take(cheats)];
            for (int unit = 0; unit < setting.Units; unit++)
            {
                for (int attempt = 0; attempt <= setting.Workers && !Accepts(_active[random.Next(_active.Count)]); attempt++)
                {
                    Refused++;
                }
            }
        }

        public int Checks { get; private set; }

        public int Refused { get; private set; }

        public int Caught { get; private set; }

        private bool Accepts(WorkerId worker)
        {
            bool wrong = _cheats.Contains(worker) && _random.NextDouble() < _setting.CheatRate;
            var result = new CandidateResult(worker, 0, Math.Max(_setting.TurnHazard, _ledger.Get(worker).NextError), 0, _setting.DetectionPower, _setting.FalseAlarmRate);
            while (true)
            {
                double error = _policy.Model.Evaluate([result])[0].ErrorProbability;
                if (result.ChecksFailed > 1 && error >= ProofOfGuilt)
                {
                    Observe(worker, correct: false, 1);
                    Suspend(worker);
                    return false;
                }

                if (result.ChecksFailed > 1 && error > 0.5)
                {
                    Observe(worker, correct: false, error);
                    return false;
                }

                AcceptanceDecision decision = _policy.Decide([result], _setting.ErrorBudget, new AcceptanceCosts(_setting.CheckCost, double.PositiveInfinity));
                if (decision.Action == AcceptanceAction.Accept)
                {
                    Observe(worker, correct: true, Math.Max(0.5, 1 - decision.ErrorProbability));
                    return true;
                }

                // Nobody is accused on one failed check alone: it is confirmed by another, whatever the plan says.
                bool confirms = result.ChecksFailed == 1 && result.ChecksPassed < MaxChecksToConfirm;
                if (decision.Action != AcceptanceAction.Check && !confirms)
                {
                    return false;
                }

                Checks++;
                bool failed = _random.NextDouble() < (wrong ? _setting.DetectionPower : _setting.FalseAlarmRate);
                result = failed ? result with { ChecksFailed = result.ChecksFailed + 1 } : result with { ChecksPassed = result.ChecksPassed + 1 };
            }
        }

        private void Observe(WorkerId worker, bool correct, double weight)
        {
            if (_ledger.Record(worker, correct, weight))
            {
                Suspend(worker);
            }
        }

        private void Suspend(WorkerId worker)
        {
            if (_active.Count > 1 && _active.Remove(worker))
            {
                Caught += _cheats.Contains(worker) ? 1 : 0;
            }
        }
    }
}
