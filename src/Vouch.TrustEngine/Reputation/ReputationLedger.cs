using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Statistics.Distributions;
using Vouch.Statistics.Sequential;

namespace Vouch.TrustEngine.Reputation;

/// <summary>Keeps what checks have shown about each worker: expected error, an upper bound on it, and who is suspended.</summary>
/// <remarks>
/// <para>Beta reputation with forgetting: A. Jøsang and R. Ismail, "The Beta Reputation System", <i>15th Bled eCommerce Conference</i>, 2002. At each
/// observation of weight w the older ones are multiplied by <see cref="ReputationOptions.Forgetting"/> to the power w.</para>
/// <para>Anchor it in <i>verified</i> work: record what a check proved, not what a vote said. Weights learnt from agreement let colluders vouch for each other.</para>
/// <para>A worker is suspended when a test that may be looked at after every result says that it fails more often than
/// <see cref="ReputationOptions.ToleratedErrorRate"/>. A worker whose true rate is at or below that is ever suspended with a chance of at most
/// <c>1 - SuspicionConfidence</c>, and never on fewer than <see cref="ReputationOptions.MinFailures"/> failures. Half of the evidence is that of the whole record
/// (quick on newcomers); half is that of a <see cref="BernoulliChangeDetector"/>, which sees a worker that turns after any number of good results.</para>
/// <para>A newcomer is on probation until it has passed <see cref="ReputationOptions.ProbationChecks"/> checks in a row, and again after a failed one: its
/// <see cref="ReputationSnapshot.Weight"/> is 0, so that fresh identities are worth nothing. Identities of one owner, made known by <see cref="Enroll"/>, share
/// one weight (<see cref="Weigh"/>) and lose their standing together.</para>
/// <para>Safe to share. O(1) per call; a worker that was never heard of costs nothing.</para>
/// </remarks>
public sealed partial class ReputationLedger
{
    private readonly ConcurrentDictionary<WorkerId, Account> _accounts = new();
    private readonly ReputationOptions _options;
    private readonly Diagnostics.TrustMetrics? _metrics;

    /// <summary>Initializes an empty ledger with the default options.</summary>
    public ReputationLedger()
        : this(new ReputationOptions())
    {
    }

    /// <summary>Initializes an empty ledger.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public ReputationLedger(ReputationOptions options)
        : this(options, null)
    {
    }

    internal ReputationLedger(ReputationOptions options, Diagnostics.TrustMetrics? metrics)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new ReputationOptionsValidator(), new ReputationOptionsRules());
        _metrics = metrics;
        _options = new ReputationOptions
        {
            PriorCorrect = options.PriorCorrect,
            PriorWrong = options.PriorWrong,
            Forgetting = options.Forgetting,
            ErrorConfidence = options.ErrorConfidence,
            ToleratedErrorRate = options.ToleratedErrorRate,
            SuspicionConfidence = options.SuspicionConfidence,
            MinFailures = options.MinFailures,
            ProbationChecks = options.ProbationChecks,
            MaxSuspendedPerEntity = options.MaxSuspendedPerEntity,
        };
    }

    /// <summary>Gets the workers that anything is known about, in id order.</summary>
    public IReadOnlyList<WorkerId> Workers => [.. _accounts.Keys.Order()];

    /// <summary>Records what one check showed about a result of a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="correct">Whether the result was right.</param>
    /// <param name="weight">How much of an observation it is, in (0, 1]: 1 for proof, less for a hint.</param>
    /// <returns>True when this record suspended the worker; false when it did not, or it was suspended before.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is NaN or outside (0, 1].</exception>
    public bool Record(WorkerId worker, bool correct, double weight = 1)
    {
        Require(worker);
        if (!(weight is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of an observation is a number in (0, 1].");
        }

        Account account = _accounts.GetOrAdd(worker, NewAccount);
        bool suspends;
        lock (account)
        {
            account.Turn.Add(!correct, weight);
            account.PassedInARow = correct ? account.PassedInARow + 1 : 0;
            double keep = _options.Forgetting >= 1 ? 1 : weight == 1 ? _options.Forgetting : Math.Pow(_options.Forgetting, weight);
            account.Correct = (account.Correct * keep) + (correct ? weight : 0);
            account.Wrong = (account.Wrong * keep) + (correct ? 0 : weight);
            account.PassedWeight += correct ? weight : 0;
            account.FailedWeight += correct ? 0 : weight;
            account.Passed += correct ? 1 : 0;
            account.Failed += correct ? 0 : 1;

            // The evidence can only grow with a failure.
            suspends = !correct && account.SuspensionReason is null && ExceedsTolerance(account);
            if (suspends)
            {
                account.SuspensionReason = Reason(account);
            }
        }

        _metrics?.Observed(correct);
        if (suspends)
        {
            _metrics?.Suspended();
            Unsettle(worker);
        }

        return suspends;
    }

    /// <summary>Gets what is known about a worker; a worker never heard of has the prior.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>The state at this moment.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public ReputationSnapshot Get(WorkerId worker)
    {
        Require(worker);
        return _accounts.TryGetValue(worker, out Account? account) ? Snapshot(worker, account) : Snapshot(worker, NewAccount(worker));
    }

    /// <summary>Tells whether a worker is suspended.</summary>
    /// <param name="worker">The worker.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public bool IsSuspended(WorkerId worker)
    {
        Require(worker);
        if (!_accounts.TryGetValue(worker, out Account? account))
        {
            return false;
        }

        lock (account)
        {
            return account.SuspensionReason is not null;
        }
    }

    /// <summary>Suspends a worker; the first reason is kept.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="reason">Why, in words.</param>
    /// <returns>True when it was not suspended before.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value or <paramref name="reason"/> is null or blank.</exception>
    public bool Suspend(WorkerId worker, string reason)
    {
        Require(worker);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Account account = _accounts.GetOrAdd(worker, NewAccount);
        lock (account)
        {
            if (account.SuspensionReason is not null)
            {
                return false;
            }

            account.SuspensionReason = reason;
        }

        _metrics?.Suspended();
        Unsettle(worker);
        return true;
    }

    /// <summary>Lets a suspended worker back in, on probation. Its record stands; the next failure suspends it again where the test still says so.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>True when it was suspended.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public bool Reinstate(WorkerId worker)
    {
        Require(worker);
        if (!_accounts.TryGetValue(worker, out Account? account))
        {
            return false;
        }

        lock (account)
        {
            bool was = account.SuspensionReason is not null;
            account.SuspensionReason = null;
            account.PassedInARow = was ? 0 : account.PassedInARow;
            return was;
        }
    }

    /// <summary>Hands out everything that is known, in id order, to keep it elsewhere.</summary>
    /// <returns>One snapshot per worker. Each is consistent in itself; records made meanwhile may be in or out.</returns>
    public IReadOnlyList<ReputationSnapshot> Export() => [.. _accounts.OrderBy(static pair => pair.Key).Select(pair => Snapshot(pair.Key, pair.Value))];

    /// <summary>Takes back what <see cref="Export"/> handed out. Workers named there are replaced; others stay. Means and bounds are worked out anew from this ledger's options.</summary>
    /// <param name="snapshots">The snapshots; all are looked at before any is taken.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> is null.</exception>
    /// <exception cref="ArgumentException">A snapshot is null, names no worker or a worker twice, or holds a count or evidence out of range.</exception>
    public void Import(IEnumerable<ReputationSnapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        ReputationSnapshot[] all = [.. snapshots];
        var seen = new HashSet<WorkerId>();
        for (int i = 0; i < all.Length; i++)
        {
            ReputationSnapshot? snapshot = all[i];
            if (snapshot is null || snapshot.WorkerId.IsDefault || !seen.Add(snapshot.WorkerId)
                || !IsWeight(snapshot.Correct) || !IsWeight(snapshot.Wrong) || !IsWeight(snapshot.PassedWeight) || !IsWeight(snapshot.FailedWeight)
                || snapshot.Passed < 0 || snapshot.Failed < 0 || snapshot.PassedInARow < 0 || snapshot.PassedInARow > snapshot.Passed
                || !(snapshot.TurnLogEvidence < double.PositiveInfinity))
            {
                throw new ArgumentException($"Snapshot {i} must name a worker once and hold finite counts of 0 or more.", nameof(snapshots));
            }
        }

        foreach (ReputationSnapshot snapshot in all)
        {
            var account = new Account(Detector())
            {
                PassedInARow = snapshot.PassedInARow,
                Correct = snapshot.Correct,
                Wrong = snapshot.Wrong,
                Passed = snapshot.Passed,
                Failed = snapshot.Failed,
                PassedWeight = snapshot.PassedWeight,
                FailedWeight = snapshot.FailedWeight,
                SuspensionReason = snapshot.IsSuspended ? snapshot.SuspensionReason ?? "Suspended when imported." : null,
            };
            account.Turn.Resume(snapshot.Passed + snapshot.Failed, snapshot.TurnLogEvidence);
            _accounts[snapshot.WorkerId] = account;
        }
    }

    private static void Require(WorkerId worker)
    {
        if (worker.IsDefault)
        {
            throw new ArgumentException("A default WorkerId names no worker.", nameof(worker));
        }
    }

    private static bool IsWeight(double value) => value >= 0 && double.IsFinite(value);

    private Account NewAccount(WorkerId worker) => new(Detector());

    private BernoulliChangeDetector Detector() =>
        BernoulliChangeDetector.WithLifetimeAlarm(_options.ToleratedErrorRate, 1 - _options.SuspicionConfidence);

    /// <summary>The mean of two e-values is one: so the chance that it ever reaches 1/alpha stays within alpha.</summary>
    private bool ExceedsTolerance(Account account)
    {
        if (account.Failed < _options.MinFailures)
        {
            return false;
        }

        double whole = WholeRecord(account);
        double turn = account.Turn.LogEvidence;
        double high = Math.Max(whole, turn);
        return high + Math.Log((1 + Math.Exp(Math.Min(whole, turn) - high)) / 2) >= -double.LogP1(-_options.SuspicionConfidence);
    }

    private double WholeRecord(Account account) => FailureRateTest.LogEvidence(account.FailedWeight, account.PassedWeight, _options.ToleratedErrorRate);

    private string Reason(Account account)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Failed {account.Failed} of {account.Failed + account.Passed} checks: more than the tolerated rate of {_options.ToleratedErrorRate:G4} at {_options.SuspicionConfidence * 100:G9} % confidence.");
        return account.Turn.LogEvidence > WholeRecord(account)
            ? string.Create(CultureInfo.InvariantCulture, $"{text} It turned after about {account.Turn.LikelyChange} checks.")
            : text;
    }

    private ReputationSnapshot Snapshot(WorkerId worker, Account account)
    {
        ReputationSnapshot counts;
        lock (account)
        {
            counts = new ReputationSnapshot
            {
                WorkerId = worker,
                Correct = account.Correct,
                Wrong = account.Wrong,
                Passed = account.Passed,
                Failed = account.Failed,
                PassedWeight = account.PassedWeight,
                FailedWeight = account.FailedWeight,
                PassedInARow = account.PassedInARow,
                TurnLogEvidence = account.Turn.LogEvidence,
                IsSuspended = account.SuspensionReason is not null,
                SuspensionReason = account.SuspensionReason,
            };
        }

        double correct = counts.Correct + _options.PriorCorrect;
        double wrong = counts.Wrong + _options.PriorWrong;
        bool onProbation = counts.PassedInARow < _options.ProbationChecks;
        return counts with
        {
            Mean = correct / (correct + wrong),
            ErrorUpper = BetaDistribution.Quantile(_options.ErrorConfidence, wrong, correct),
            NextError = MixedPrior.NextError(counts.Correct, counts.Wrong, _options.PriorWrong / (_options.PriorWrong + _options.PriorCorrect), _options.ToleratedErrorRate),
            IsOnProbation = onProbation,
            Weight = onProbation || counts.IsSuspended ? 0 : Opinion.FromEvidence(counts.Correct, counts.Wrong).Belief,
        };
    }

    /// <summary>One worker's record; every access holds its lock.</summary>
    private sealed class Account(BernoulliChangeDetector turn)
    {
        public BernoulliChangeDetector Turn { get; } = turn;

        public long PassedInARow { get; set; }

        public double Correct { get; set; }

        public double Wrong { get; set; }

        public long Passed { get; set; }

        public long Failed { get; set; }

        public double PassedWeight { get; set; }

        public double FailedWeight { get; set; }

        public string? SuspensionReason { get; set; }
    }
}
