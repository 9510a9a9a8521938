using Vouch.Resilience.Admission;

namespace Vouch.Resilience.Tests.Admission;

public class AdmissionGateTests
{
    [Fact]
    public void Tenants_OneAtTenTimesItsShare_LeavesTheOthersTheirs()
    {
        // Ten calls at once of 100 ms each: 100/s. Five tenants with 15/s each and one that sends ten times its share of 100 / 6.
        var bench = new GateBench(static options => options.InitialConcurrency = options.MaxConcurrency = 10);
        var visits = new List<GateBench.Visit>();
        var random = new Random(1);
        foreach ((string tenant, double rate) in new[] { ("a", 15.0), ("b", 15), ("c", 15), ("d", 15), ("e", 15), ("hog", 167) })
        {
            for (double time = 0; time < 60; time += -Math.Log(1 - random.NextDouble()) / rate)
            {
                bench.At(time, () => visits.Add(bench.Send(tenant)));
            }
        }

        bench.Run();

        double Share(string tenant) => visits.Where(visit => visit.Tenant == tenant).Average(static visit => visit.Served == true ? 1.0 : 0);
        new[] { "a", "b", "c", "d", "e" }.Select(Share).Should().OnlyContain(static share => share >= 0.99);
        Share("hog").Should().BeInRange(0.1, 0.3, "it gets what is left over");
        visits.Should().OnlyContain(static visit => visit.Served != null, "nobody is forgotten");
    }

    [Fact]
    public void Priorities_HighLosesNothingUntilLowIsGone()
    {
        var bench = new GateBench(static options => options.InitialConcurrency = options.MaxConcurrency = 10);
        var visits = new List<GateBench.Visit>();
        var random = new Random(2);
        foreach ((int priority, double rate) in new[] { (8, 70.0), (1, 100.0) })
        {
            for (double time = 0; time < 60; time += -Math.Log(1 - random.NextDouble()) / rate)
            {
                bench.At(time, () => visits.Add(bench.Send(priority: priority)));
            }
        }

        bench.Run();

        visits.Where(static visit => visit.Priority == 8).Should().OnlyContain(static visit => visit.Served == true);
        visits.Where(static visit => visit.Priority == 1).Average(static visit => visit.Served == true ? 1.0 : 0).Should().BeInRange(0.25, 0.45);
    }

    [Fact]
    public void TryEnter_QueueFullOfOneTenant_MakesRoomForAnother()
    {
        var bench = new GateBench(static options =>
        {
            options.InitialConcurrency = options.MaxConcurrency = 1;
            options.MaxWaiting = 3;
        });
        bench.Send("hog");
        GateBench.Visit[] hogs = [bench.Send("hog"), bench.Send("hog"), bench.Send("hog"), bench.Send("hog")];
        GateBench.Visit other = bench.Send("other");

        hogs[3].Refusal.Should().Be(RefusalReason.QueueFull);
        hogs[0].Refusal.Should().Be(RefusalReason.Displaced);
        other.Served.Should().BeNull();
        bench.Gate.Waiting.Should().Be(3);
    }

    [Fact]
    public void TryWithdraw_WaitingCall_LeavesNothingBehind()
    {
        var bench = new GateBench(static options => options.InitialConcurrency = options.MaxConcurrency = 1);
        bench.Send();
        GateBench.Visit waiting = bench.Send();

        bench.Gate.TryWithdraw(waiting).Should().BeTrue();
        bench.Gate.TryWithdraw(waiting).Should().BeFalse();
        bench.Gate.Waiting.Should().Be(0);
    }
}
