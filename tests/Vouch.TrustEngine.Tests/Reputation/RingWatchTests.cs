using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Reputation;

public sealed class RingWatchTests
{
    // Camouflage: right on four fifths of the units, wrong alike on the targets; beside them honest workers with errors of their own.
    [Fact]
    public void Record_CamouflagedRing_IsFoundWholeAndNobodyElse()
    {
        var random = new Random(3);
        var watch = new RingWatch();
        for (int unit = 0; unit < 150; unit++)
        {
            bool target = unit % 5 == 0;
            watch.Record([.. Enumerable.Range(0, 10).Select(i => KeyValuePair.Create(Name(i), i < 3 && target ? "forged" : random.NextDouble() < 0.1 ? $"slip{random.Next(3)}" : "right"))], "right");
        }

        watch.Rings.Should().ContainSingle().Which.Should().Equal(Name(0), Name(1), Name(2));
    }

    // Workers on their own who err half of the time, alike with exactly the tolerated chance: over all pairs and all time a false link has a chance of at most alpha.
    [Fact]
    public void Record_IndependentWorkers_FalseLinksStayWithinAlpha()
    {
        const int Farms = 300;
        var random = new Random(20_260_101);
        int linked = 0;
        for (int farm = 0; farm < Farms; farm++)
        {
            var watch = new RingWatch(coincidenceRate: 0.2, alpha: 0.1);
            for (int unit = 0; unit < 60; unit++)
            {
                // The first is wrong; each other agrees with it in one of five cases, else it is right.
                watch.Record([KeyValuePair.Create(Name(0), "x"), .. Enumerable.Range(1, 3).Select(i => KeyValuePair.Create(Name(i), random.NextDouble() < 0.2 ? "x" : "right"))], "right");
            }

            linked += watch.Rings.Count > 0 ? 1 : 0;
        }

        // 30 expected at most; the pairs among the three agree on wrong answers far less than one time in five.
        linked.Should().BeLessThan(30 + 26);
    }

    [Fact]
    public void Record_AgreementOnRightAnswers_IsNoEvidence()
    {
        var watch = new RingWatch();
        for (int unit = 0; unit < 1000; unit++)
        {
            watch.Record([KeyValuePair.Create(Name(0), "right"), KeyValuePair.Create(Name(1), "right")], "right").Should().BeEmpty();
        }

        watch.Rings.Should().BeEmpty();
    }

    [Fact]
    public void Record_PairsThatShareAMember_AreOneRing()
    {
        var watch = new RingWatch();
        for (int unit = 0; unit < 40; unit++)
        {
            int other = 1 + (unit % 2);
            watch.Record([KeyValuePair.Create(Name(0), "bad"), KeyValuePair.Create(Name(other), "bad")], "good");
        }

        watch.Rings.Should().ContainSingle().Which.Should().Equal(Name(0), Name(1), Name(2));
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        var watch = new RingWatch();
        Action[] acts =
        [
            () => _ = new RingWatch(0),
            () => _ = new RingWatch(0.1, 1),
            () => watch.Record([KeyValuePair.Create(Name(0), "a"), KeyValuePair.Create(Name(0), "b")], "a"),
            () => watch.Record([KeyValuePair.Create(default(WorkerId), "a")], "a"),
            () => watch.Record([], null!),
        ];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
        watch.Record([], "a").Should().BeEmpty();
    }

    private static WorkerId Name(int index) => new($"w{index}");
}
