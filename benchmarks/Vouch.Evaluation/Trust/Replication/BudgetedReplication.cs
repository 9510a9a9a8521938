using System.Buffers.Binary;
using Vouch.Core.Models;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Evaluation.Trust.Replication;

/// <summary>What a simulated check can do.</summary>
/// <param name="Cost">In executions.</param>
/// <param name="Power">The chance that one finds a wrong result wrong.</param>
/// <param name="FalseAlarms">The chance that one finds a right result wrong.</param>
/// <param name="ReplicaCost">The cost of a further result as a means of verification; infinity where only checks are used.</param>
internal readonly record struct CheckModel(double Cost, double Power, double FalseAlarms, double ReplicaCost);

/// <summary>A job under <see cref="ReplicationPolicy"/>: every result is the policy's to decide, and every check of any kind is paid for.</summary>
internal sealed class BudgetedReplication
{
    private const int Confirmations = 3;
    private readonly CheckModel _check;
    private readonly Random _random;
    private readonly Crowd _crowd;
    private readonly ReplicationPolicy _policy;
    private readonly WorkUnitId[] _ids;
    private readonly Dictionary<WorkUnitId, int> _handedOutWrong = [];
    private readonly Dictionary<WorkerId, Member> _members = [];
    private readonly Population _population;
    private double _executions;
    private double _checkWork;
    private int _wrong;
    private int _recalled;
    private int _honestSuspended;

    private BudgetedReplication(Population population, int workers, WorkUnitId[] ids, ReplicationOptions options, CheckModel check, int seed)
    {
        _population = population;
        _check = check;
        _ids = ids;
        _random = new Random(seed);
        _crowd = new Crowd(population, workers, ids.Length, _random);
        Span<byte> secret = stackalloc byte[SpotCheckLottery.Length];
        BinaryPrimitives.WriteInt32LittleEndian(secret, seed);
        _policy = new ReplicationPolicy(options, SpotCheckLottery.FromSeed(secret), new ReputationLedger());
        foreach (Member member in _crowd.Active)
        {
            Enroll(member);
        }

        _crowd.Joined = Enroll;
    }

    public static Tally Run(Population population, int workers, WorkUnitId[] ids, ReplicationOptions options, CheckModel check, int seed) =>
        new BudgetedReplication(population, workers, ids, options, check, seed).Run(workers);

    private Tally Run(int workers)
    {
        for (int unit = 0; unit < _ids.Length; unit++)
        {
            if (_population.JoinLater > 0 && unit == _ids.Length / 10)
            {
                for (int i = 0; i < workers * _population.JoinLater; i++)
                {
                    _crowd.Join(cheats: true);
                }
            }

            for (int round = 0; !HandOut(unit, round); round++)
            {
            }
        }

        return new Tally(_ids.Length, _executions, _checkWork, _wrong, _wrong - _recalled, _honestSuspended);
    }

    private void Enroll(Member member)
    {
        _members[member.Id] = member;
        if (member.Cheats && _population.OwnerKnown)
        {
            _policy.Ledger.Enroll(member.Id, "one owner");
            if (_policy.Ledger.IsSuspended(member.Id))
            {
                _crowd.Refuse(member);
            }
        }
    }

    /// <summary>Has a unit done once; true when the result was handed out.</summary>
    private bool HandOut(int unit, int round)
    {
        Member member = _crowd.Any();
        int answer = Ask(member, unit);
        VerificationOrder order = _policy.Decide(_ids[unit], member.Id, new VerificationMeans(_check.Cost, _check.Power, _check.ReplicaCost), round);
        switch (order.Step)
        {
            case VerificationStep.Accept:
                Hand(unit, answer);
                CheckOverdue(member);
                return true;
            case VerificationStep.Check:
                return Settle(order, unit, member, answer, Fails(answer != 0, order.Count));
            default:
                return Replicate(order, unit, member, answer);
        }
    }

    private bool Replicate(VerificationOrder order, int unit, Member member, int answer)
    {
        var asked = new List<Member> { member };
        var others = new List<(Member Member, int Answer)>();
        while (others.Count < order.Count && _crowd.Other(asked) is { } next)
        {
            asked.Add(next);
            others.Add((next, Ask(next, unit)));
        }

        if (others.TrueForAll(other => other.Answer == answer))
        {
            return Settle(order, unit, member, answer, suspicious: false);
        }

        // Somebody is wrong: checks decide who, each answer on its own.
        foreach ((Member other, int theirs) in others.Where(other => other.Answer != answer))
        {
            if (Proven(theirs != 0))
            {
                Follow(_policy.Convict(other.Id, "contradicted and checked"), other);
            }
        }

        return Settle(order, unit, member, answer, suspicious: true);
    }

    private bool Settle(VerificationOrder order, int unit, Member member, int answer, bool suspicious)
    {
        if (!suspicious)
        {
            _policy.Confirm(order);
            Hand(unit, answer);
            return true;
        }

        if (Proven(answer != 0))
        {
            Follow(_policy.Refute(order, "checked and found wrong"), member);
        }
        else
        {
            _policy.Abandon(order);
        }

        return false;
    }

    private void Hand(int unit, int answer)
    {
        if (answer != 0)
        {
            _wrong++;
            _handedOutWrong[_ids[unit]] = answer;
        }
    }

    private int Ask(Member member, int unit)
    {
        _executions++;
        return _crowd.Answer(member, unit, member.Cheats && !_policy.Ledger.IsOnProbation(member.Id), member.Cheats ? _policy.State().Rate : 0);
    }

    /// <summary>Whether any of so many checks fails.</summary>
    private bool Fails(bool wrong, int count)
    {
        bool failed = false;
        for (int i = 0; i < count && !failed; i++)
        {
            failed = Check(wrong);
        }

        return failed;
    }

    /// <summary>Nobody is accused on one failed check: where checks can err, two more of three must fail.</summary>
    private bool Proven(bool wrong)
    {
        if (_check.FalseAlarms == 0 && _check.Power == 1)
        {
            return wrong;
        }

        int failed = 0;
        for (int i = 0; i < Confirmations; i++)
        {
            failed += Check(wrong) ? 1 : 0;
        }

        return failed >= 2;
    }

    private bool Check(bool wrong)
    {
        _checkWork += _check.Cost;
        return _random.NextDouble() < (wrong ? _check.Power : _check.FalseAlarms);
    }

    private void CheckOverdue(Member member)
    {
        if (_policy.Overdue(member.Id) is not { } unit)
        {
            return;
        }

        bool wrong = _handedOutWrong.ContainsKey(unit);
        if (Fails(wrong, 1) && Proven(wrong))
        {
            Follow(_policy.Convict(member.Id, "an earlier result was checked and found wrong"), member);
        }
        else
        {
            _policy.Rechecked(member.Id);
        }
    }

    /// <summary>A worker was caught: back through what it sent before; what is found wrong is recalled, done again and checked.</summary>
    private void Follow(LookBack back, Member member)
    {
        _honestSuspended += member.Cheats ? 0 : 1;
        _crowd.Suspend(member);
        foreach (Member other in _crowd.Active.Where(other => other.Cheats && _policy.Ledger.IsSuspended(other.Id)).ToArray())
        {
            _crowd.Refuse(other);
        }

        while (back.Next is { } unit)
        {
            bool wrong = _handedOutWrong.ContainsKey(unit);
            bool found = Fails(wrong, 1) && Proven(wrong);
            back.Report(!found);
            if (found && _handedOutWrong.Remove(unit))
            {
                _recalled++;
                _executions++;
                _checkWork += _check.Cost;
            }
        }
    }
}
