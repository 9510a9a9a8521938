using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Replication;

/// <summary>Decides which results of a job are verified, so that the expected share of wrong ones among those handed out stays within a budget, whoever cheats and however.</summary>
/// <remarks>
/// <para><b>Promise.</b> Of N results handed out, at most <c>ErrorBudget * N</c> are wrong in expectation: for any number of cheats, colluding or not, who know
/// these rules, all that happened so far and each other, but not the seed of the lottery. Nothing is assumed about how many cheat, how often, or since when;
/// an honest record earns fewer checks, never none. It rests on the power that the checks are said to have.</para>
/// <para><b>Why.</b> A wrong result is found out with the chance p that stood before its draw. Each one found stands for (1 - p) / p that were not
/// (D. G. Horvitz and D. J. Thompson, <i>JASA</i> 47, 1952): the wrong results handed out, less the sum of these charges, is a martingale. The policy keeps
/// every p so large that the charges can never pass the budget; so their expectation, which is the expected number of wrong results, cannot either.</para>
/// <para><b>Cost.</b> <c>p = 1 / (1 + room)</c>, where room is the remaining budget shared out over the catches to come: <c>1 / RiskPerCatch</c>
/// plus those seen lately. Where nobody cheats, about <c>1 / (RiskPerCatch * ErrorBudget)</c> checks in all; each catch raises the rate for everyone,
/// for a while, since cheats who wait for each other turn together. A worker on probation
/// (<see cref="ReputationOptions.ProbationChecks"/>) is always checked; so a fresh identity gains nothing but the work of its probation.</para>
/// <para><b>Value at risk.</b> After <see cref="ReplicationOptions.MaxUnverified"/> results of a worker in a row that no lot fell on, <see cref="Overdue"/> draws one
/// of them to be checked after all. When a worker is caught, <see cref="LookBack"/> leads through its earlier results.</para>
/// <para>Safe to share. Constant time per decision, one HMAC included; keeps the last <see cref="ReplicationOptions.MaxUnverified"/> unverified units of each
/// worker. Given the seed and the order of calls, all decisions repeat.</para>
/// </remarks>
public sealed class ReplicationPolicy
{
    private const double Rounding = 1e-12;
    private readonly ReplicationOptions _options;
    private readonly SpotCheckLottery _lottery;
    private readonly ReputationLedger _ledger;
    private readonly Lock _lock = new();
    private readonly Dictionary<(WorkUnitId Unit, WorkerId Worker), VerificationOrder> _open = [];
    private readonly Dictionary<WorkerId, UnverifiedResults> _unverifiedOf = [];
    private long _handedOut;
    private long _unverified;
    private long _verified;
    private long _caught;
    private double _charged;
    private double _reserved;
    private double _alert;
    private long _alertAt;
    private double _lowestSinceCatch = 1;
    private bool _promiseHolds = true;

    /// <summary>Initializes a policy.</summary>
    /// <param name="options">The promise; copied.</param>
    /// <param name="lottery">Draws who is checked; its commitment belongs in the audit log before the first decision.</param>
    /// <param name="ledger">Who is on probation or suspended; what checks prove is recorded there.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public ReplicationPolicy(ReplicationOptions options, SpotCheckLottery lottery, ReputationLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lottery);
        ArgumentNullException.ThrowIfNull(ledger);
        OptionsCheck.Require(options, new ReplicationOptionsValidator());
        _options = new ReplicationOptions
        {
            ErrorBudget = options.ErrorBudget,
            PlannedResults = options.PlannedResults,
            RiskPerCatch = options.RiskPerCatch,
            AlertSpan = options.AlertSpan,
            MaxUnverified = options.MaxUnverified,
            MaxVerifications = options.MaxVerifications,
            RingShare = options.RingShare,
            LookBackPasses = options.LookBackPasses,
        };
        _lottery = lottery;
        _ledger = ledger;
    }

    /// <summary>Gets the ledger that proofs are recorded in.</summary>
    public ReputationLedger Ledger => _ledger;

    /// <summary>Goes on from where an earlier process stood with the same job.</summary>
    /// <param name="handedOut">What its <see cref="ReplicationStatement.HandedOut"/> was, 0 or more.</param>
    /// <param name="estimatedWrong">What its <see cref="ReplicationStatement.EstimatedWrong"/> was; finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A figure is outside its range.</exception>
    /// <exception cref="InvalidOperationException">This policy has decided something already.</exception>
    public void Resume(long handedOut, double estimatedWrong)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(handedOut);
        if (!(estimatedWrong >= 0 && double.IsFinite(estimatedWrong)))
        {
            throw new ArgumentOutOfRangeException(nameof(estimatedWrong), estimatedWrong, "An estimate is a finite number, 0 or more.");
        }

        lock (_lock)
        {
            if (_handedOut + _caught + _open.Count > 0)
            {
                throw new InvalidOperationException("This policy has decided something already; resume before the first decision.");
            }

            _handedOut = handedOut;
            _alertAt = handedOut;
            _charged = estimatedWrong;
        }
    }

    /// <summary>Decides about a result that has come in.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="worker">Who sent the result.</param>
    /// <param name="means">How it can be verified and what that costs.</param>
    /// <param name="round">Which result of this worker for this unit it is, from 0: a unit sent anew gets a draw of its own.</param>
    /// <returns>
    /// <see cref="VerificationStep.Accept"/> has handed the result out. <see cref="VerificationStep.Check"/> and <see cref="VerificationStep.Replicate"/> wait for
    /// <see cref="Confirm"/>, <see cref="Refute"/> or <see cref="Abandon"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="means"/> is null.</exception>
    /// <exception cref="ArgumentException">An id is the default value, or the result waits for an outcome already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A cost or a power is outside its range, or <paramref name="round"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The lottery is revealed.</exception>
    public VerificationOrder Decide(WorkUnitId unit, WorkerId worker, VerificationMeans means, int round = 0)
    {
        Require(means);
        double draw = _lottery.Draw(unit, worker, round);
        bool suspended = _ledger.IsSuspended(worker);
        bool onProbation = _ledger.IsOnProbation(worker);
        lock (_lock)
        {
            if (_open.ContainsKey((unit, worker)))
            {
                throw new ArgumentException($"The result of {worker} for {unit} is being verified already.", nameof(unit));
            }

            double left = Budget() - _charged - _reserved;
            if (suspended)
            {
                return new VerificationOrder { Unit = unit, Worker = worker, Step = VerificationStep.Refuse, Round = round, Draw = draw, BudgetLeft = left };
            }

            double room = Room(left);
            double needed = 1 / (1 + room);
            (VerificationStep step, int count, double power) = Cheapest(means, needed, onProbation);
            double rate = onProbation || power <= needed ? 1 : needed / power;
            double caught = rate * power;
            _lowestSinceCatch = Math.Min(_lowestSinceCatch, caught);
            _promiseHolds &= ChargeOf(caught) <= Math.Max(0, left) + Rounding;
            var order = new VerificationOrder
            {
                Unit = unit,
                Worker = worker,
                Step = draw < rate ? step : VerificationStep.Accept,
                Count = count,
                Rate = rate,
                Draw = draw,
                CatchProbability = caught,
                OnProbation = onProbation,
                Round = round,
                BudgetLeft = left,
            };
            if (order.Step == VerificationStep.Accept)
            {
                _handedOut++;
                _unverified++;
                ResultsOf(worker).Add(unit);
            }
            else
            {
                _open.Add((unit, worker), order);
                _reserved += ChargeOf(caught);
            }

            return order;
        }
    }

    /// <summary>The verification found nothing wrong: the result is handed out.</summary>
    /// <param name="order">The order.</param>
    /// <remarks>Only a check is recorded in the ledger: that others agree proves nothing.</remarks>
    /// <exception cref="ArgumentException"><paramref name="order"/> is not open.</exception>
    public void Confirm(VerificationOrder order)
    {
        Close(order, () =>
        {
            _handedOut++;
            _verified++;
            ResultsOf(order.Worker).InARow = 0;
        });
        if (order.Step == VerificationStep.Check)
        {
            _ledger.Record(order.Worker, correct: true);
        }
    }

    /// <summary>The result was proven wrong: it is not handed out, and its worker is suspended.</summary>
    /// <param name="order">The order.</param>
    /// <param name="why">What proves it, in words.</param>
    /// <returns>The way back through the worker's earlier results.</returns>
    /// <exception cref="ArgumentException"><paramref name="order"/> is not open or <paramref name="why"/> is null or blank.</exception>
    public LookBack Refute(VerificationOrder order, string why)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        Close(order, () =>
        {
            _caught++;
            _charged += ChargeOf(order.CatchProbability);
        });
        _ledger.Record(order.Worker, correct: false);
        return Convict(order.Worker, why, order.CatchProbability < 1);
    }

    /// <summary>The verification came to no end (the result was withdrawn, the job ends): it counts neither way and the result is not handed out.</summary>
    /// <param name="order">The order.</param>
    /// <exception cref="ArgumentException"><paramref name="order"/> is not open.</exception>
    public void Abandon(VerificationOrder order) => Close(order, static () => { });

    /// <summary>A worker was proven to cheat by other means: a check of an earlier result, a contradiction that a check decided against it.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="why">What proves it, in words.</param>
    /// <returns>The way back through its earlier results.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value or <paramref name="why"/> is null or blank.</exception>
    public LookBack Convict(WorkerId worker, string why) => Convict(worker, why, raisesAlert: true);

    /// <summary>Draws an earlier result of a worker that has handed out too many unverified in a row; it is to be checked before more of the worker is taken.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>A unit among the last <see cref="ReplicationOptions.MaxUnverified"/>, or null where nothing is overdue. Report it with <see cref="Rechecked"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    /// <exception cref="InvalidOperationException">The lottery is revealed.</exception>
    public WorkUnitId? Overdue(WorkerId worker)
    {
        if (worker.IsDefault)
        {
            throw new ArgumentException("A default WorkerId names no worker.", nameof(worker));
        }

        lock (_lock)
        {
            if (!_unverifiedOf.TryGetValue(worker, out UnverifiedResults? results) || results.InARow < _options.MaxUnverified)
            {
                return null;
            }

            // Drawn from what is handed in already: no result is safe from being looked at later.
            double draw = _lottery.Draw(results.Newest, worker, int.MaxValue);
            return results.At((int)(draw * Math.Min(results.Count, _options.MaxUnverified)));
        }
    }

    /// <summary>An overdue result was checked and is right.</summary>
    /// <param name="worker">The worker. One that is found wrong goes to <see cref="Convict(WorkerId, string)"/> instead.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public void Rechecked(WorkerId worker)
    {
        _ledger.Record(worker, correct: true);
        lock (_lock)
        {
            ResultsOf(worker).InARow = 0;
            _verified++;
        }
    }

    /// <summary>Says what can be said about everything handed out so far.</summary>
    public ReplicationStatement State()
    {
        lock (_lock)
        {
            double left = Budget() - _charged - _reserved;
            double silent = _lowestSinceCatch >= 1 ? 0 : Math.Log(20) / -double.LogP1(-_lowestSinceCatch);
            return new ReplicationStatement(
                _handedOut, _unverified, _verified, _caught, _charged, Budget(), 1 / (1 + Room(left)), Math.Min(silent, _unverified), _promiseHolds);
        }
    }

    private LookBack Convict(WorkerId worker, string why, bool raisesAlert)
    {
        bool isNew = _ledger.Suspend(worker, why);
        lock (_lock)
        {
            Cool();
            _alert += raisesAlert && isNew ? 1 : 0;
            _lowestSinceCatch = 1;
            return new LookBack(worker, _unverifiedOf.TryGetValue(worker, out UnverifiedResults? results) ? results.NewestFirst() : [], _options.LookBackPasses);
        }
    }

    private double Budget() => _options.ErrorBudget * Math.Max(_options.PlannedResults, _handedOut);

    /// <summary>How many wrong results in silence the next catch may stand for: a share of what is left when all that is under way is caught, so that it never runs out.</summary>
    private double Room(double left)
    {
        Cool();
        return Math.Max(0, left / ((1 / _options.RiskPerCatch) + _alert));
    }

    private void Cool()
    {
        double span = _options.AlertSpan * Math.Max(1, Math.Max(_options.PlannedResults, _handedOut));
        _alert *= Math.Exp(-(_handedOut - _alertAt) / span);
        _alertAt = _handedOut;
    }

    /// <summary>The cheapest step with the power that is needed; the strongest check where none has it.</summary>
    private (VerificationStep Step, int Count, double Power) Cheapest(VerificationMeans means, double needed, bool onProbation)
    {
        (VerificationStep Step, int Count, double Power) best = (VerificationStep.Check, _options.MaxVerifications, Power(1 - means.CheckPower, _options.MaxVerifications));
        double least = double.PositiveInfinity;
        Consider(VerificationStep.Check, 1 - means.CheckPower, means.CheckCost, ref best, ref least);

        // A newcomer is only believed on proof, and agreement is none.
        if (!onProbation && double.IsFinite(means.ReplicaCost))
        {
            Consider(VerificationStep.Replicate, _options.RingShare, means.ReplicaCost, ref best, ref least);
        }

        return best;

        void Consider(VerificationStep step, double miss, double cost, ref (VerificationStep Step, int Count, double Power) best, ref double least)
        {
            for (int count = 1; count <= _options.MaxVerifications; count++)
            {
                double power = Power(miss, count);
                if (power + Rounding >= needed)
                {
                    double expected = onProbation ? count * cost : count * cost / power;
                    if (expected < least)
                    {
                        (best, least) = ((step, count, power), expected);
                    }

                    return;
                }
            }
        }
    }

    private static double Power(double miss, int count) => 1 - Math.Pow(miss, count);

    private static double ChargeOf(double caught) => Math.Max(0, (1 - caught) / caught);

    private UnverifiedResults ResultsOf(WorkerId worker)
    {
        if (!_unverifiedOf.TryGetValue(worker, out UnverifiedResults? results))
        {
            _unverifiedOf.Add(worker, results = new UnverifiedResults(_options.MaxUnverified));
        }

        return results;
    }

    private void Close(VerificationOrder order, Action taken)
    {
        ArgumentNullException.ThrowIfNull(order);
        lock (_lock)
        {
            if (!_open.TryGetValue((order.Unit, order.Worker), out VerificationOrder? open) || open != order)
            {
                throw new ArgumentException($"The order about {order.Unit} of {order.Worker} is not open: it was closed before, or is not of this policy.", nameof(order));
            }

            _open.Remove((order.Unit, order.Worker));
            _reserved = _open.Count == 0 ? 0 : Math.Max(0, _reserved - ChargeOf(order.CatchProbability));
            taken();
        }
    }

    private static void Require(VerificationMeans means)
    {
        ArgumentNullException.ThrowIfNull(means);
        if (!(means.CheckCost > 0 && double.IsFinite(means.CheckCost) && means.CheckPower is > 0 and <= 1 && means.ReplicaCost > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(means), means, "A check costs a finite amount above 0 and has a power in (0, 1]; a further result costs more than 0 (infinity: not to be had).");
        }
    }
}
