using System.Text;
using Vouch.Core.Models;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace PackageExamples;

/// <summary>Spot checks by lot: the second program that the README of Vouch.TrustEngine quotes.</summary>
public static class ReplicationExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        var random = new Random(1);

        #region readme
        using AuditLog log = AuditLog.CreateInMemory();
        var lottery = SpotCheckLottery.Create();
        log.Append(lottery.Commitment.Span); // before the first draw

        var policy = new ReplicationPolicy(new ReplicationOptions { ErrorBudget = 0.001, PlannedResults = 100_000 }, lottery, new ReputationLedger());
        var orders = new List<VerificationOrder>();
        for (int i = 0; i < 100_000; i++)
        {
            var worker = new WorkerId($"worker-{random.Next(20)}");
            VerificationOrder order = policy.Decide(new WorkUnitId($"unit-{i}"), worker, new VerificationMeans(CheckCost: 1, CheckPower: 0.99));
            orders.Add(order);
            if (order.Step == VerificationStep.Check)
            {
                policy.Confirm(order); // or Refute(order, why), as your check says
            }
        }

        ReplicationStatement state = policy.State();
        Console.WriteLine($"{state.HandedOut} handed out, {state.Verified} checked: at most {state.Budget:G3} wrong in expectation, whoever cheats.");
        Console.WriteLine($"problems with the draws: {SpotCheckAudit.Verify(lottery.Commitment.Span, lottery.Reveal(), orders).Count}");
        #endregion

        log.Append(Encoding.UTF8.GetBytes("done"));
    }
}
