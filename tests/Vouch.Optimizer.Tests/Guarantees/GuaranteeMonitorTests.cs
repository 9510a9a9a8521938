using Vouch.Optimizer.Guarantees;

namespace Vouch.Optimizer.Tests.Guarantees;

public sealed class GuaranteeMonitorTests
{
    [Fact]
    public void Audit_NothingWorseThanExpected_RarelyAlarms()
    {
        const int Runs = 200;
        int alarms = 0;
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            var monitor = new GuaranteeMonitor(4, 0.78, new GuaranteeMonitorOptions { Tolerance = 0 });
            for (int i = 0; i < 5_000; i++)
            {
                int endpoint = random.Next(4);
                double expected = 0.6 + (0.12 * endpoint);
                AuditVerdict verdict = monitor.Audit(new AuditedOutcome(i, endpoint, expected, random.NextDouble() < expected ? 1 : 0));
                if (verdict is AuditVerdict.EndpointAlarm or AuditVerdict.PromiseAlarm)
                {
                    alarms++;
                    break;
                }
            }
        }

        alarms.Should().BeLessThan((int)(0.05 * Runs) + 13);
    }

    [Fact]
    public void Audit_EndpointFallsLate_IsFoundAndNamed()
    {
        var waits = new List<int>();
        for (int run = 0; run < 60; run++)
        {
            var random = new Random(run);
            var monitor = new GuaranteeMonitor(3, 0.5);
            Feed(monitor, random, 0, 3_000, fallen: -1).Should().Be(-1);
            waits.Add(Feed(monitor, random, 3_000, 3_000, fallen: 1));
            monitor.IsSuspect(1).Should().BeTrue();
            monitor.IsSuspect(0).Should().BeFalse();
            monitor.IsPromiseBroken.Should().BeFalse();
            monitor.Explain(1).Should().StartWith("Alarm:").And.Contain("endpoint 1");
        }

        // Outcomes of the fallen endpoint are a third of all: 150 of its own are 450.
        waits.Order().ElementAt(30).Should().BeInRange(1, 450);
    }

    [Fact]
    public void Audit_QualityBelowThePromise_MovesToTheSafeTier()
    {
        var random = new Random(1);
        var monitor = new GuaranteeMonitor(1, 0.9);
        var last = AuditVerdict.Accepted;
        for (int i = 0; i < 3_000 && last != AuditVerdict.PromiseAlarm; i++)
        {
            // The endpoint does as predicted; it is the promise that was too high.
            last = monitor.Audit(new AuditedOutcome(i, 0, 0.75, random.NextDouble() < 0.75 ? 1 : 0));
        }

        monitor.IsPromiseBroken.Should().BeTrue();
        monitor.IsSuspect(0).Should().BeFalse();
        monitor.Reset();
        monitor.IsPromiseBroken.Should().BeFalse();
        monitor.Explain().Should().StartWith("No alarm").And.Contain("after 0 audited");
    }

    [Fact]
    public void Audit_DuplicatesAndNonsense_AreLeftOut()
    {
        var monitor = new GuaranteeMonitor(2, 0.8, new GuaranteeMonitorOptions { Memory = 64 });
        for (int i = 0; i < 64; i++)
        {
            monitor.Audit(new AuditedOutcome(long.MaxValue - i, 0, 0.9, 1)).Should().Be(AuditVerdict.Accepted);
        }

        string before = monitor.Explain(0);
        for (int i = 0; i < 64; i++)
        {
            monitor.Audit(new AuditedOutcome(long.MaxValue - i, 0, 0.9, 0)).Should().Be(AuditVerdict.Duplicate);
        }

        monitor.Audit(new AuditedOutcome(1, 2, 0.9, 1)).Should().Be(AuditVerdict.Rejected);
        monitor.Audit(new AuditedOutcome(2, -1, 0.9, 1)).Should().Be(AuditVerdict.Rejected);
        monitor.Audit(new AuditedOutcome(3, 0, 0.9, double.NaN)).Should().Be(AuditVerdict.Rejected);
        monitor.Audit(new AuditedOutcome(4, 0, 1.1, 1)).Should().Be(AuditVerdict.Rejected);
        monitor.Explain(0).Should().Be(before);
        monitor.DuplicateCount.Should().Be(64);
        monitor.RejectedCount.Should().Be(4);
    }

    [Fact]
    public void Audit_ExtremeExpectations_StayFinite()
    {
        var monitor = new GuaranteeMonitor(1, 0.5);
        for (int i = 0; i < 20_000; i++)
        {
            monitor.Audit(new AuditedOutcome(i, 0, i % 2, 0));
        }

        monitor.IsSuspect(0).Should().BeTrue();
        monitor.Explain(0).Should().NotContain("NaN");
    }

    [Fact]
    public void Audit_Warm_AllocatesNothing()
    {
        var monitor = new GuaranteeMonitor(3, 0.5, new GuaranteeMonitorOptions { Memory = 256 });
        long id = 0;
        for (int i = 0; i < 2_000; i++)
        {
            monitor.Audit(new AuditedOutcome(id++, i % 3, 0.8, 1));
        }

        Allocations.Of(() => monitor.Audit(new AuditedOutcome(id++, (int)(id % 3), 0.8, 1))).Should().Be(0);
    }

    [Fact]
    public void Audit_ManyThreads_CountsEveryOutcomeOnce()
    {
        var monitor = new GuaranteeMonitor(1, 0.5);

        Parallel.For(0, 8_000, i => monitor.Audit(new AuditedOutcome(i / 2, 0, 0.8, 1)));

        monitor.Explain(0).Should().Contain("after 4000 audited");
        monitor.DuplicateCount.Should().Be(4_000);
    }

    // Returns how many outcomes it took until an alarm, -1 where none was raised.
    private static int Feed(GuaranteeMonitor monitor, Random random, int first, int count, int fallen)
    {
        for (int i = 0; i < count; i++)
        {
            int endpoint = random.Next(3);
            double chance = endpoint == fallen ? 0.9 * 0.8 : 0.9;
            if (monitor.Audit(new AuditedOutcome(first + i, endpoint, 0.9, random.NextDouble() < chance ? 1 : 0)) == AuditVerdict.EndpointAlarm)
            {
                return i + 1;
            }
        }

        return -1;
    }
}
