using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Routing;

/// <summary>The router with a calibration, a monitor and exploration on top.</summary>
public sealed class PromiseTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RoutingPolicy Cheapest = new("cheapest", double.PositiveInfinity);

    [Fact]
    public void Use_CalibrationOnItsWay_SafeEndpointServesUntilItIsActive()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three(), Cheapest);
        CalibrationArtefact draft = Calibrate();
        draft.CertifiedPolicy.Should().Be("cheapest");

        foreach (CalibrationArtefact artefact in (CalibrationArtefact[])[draft, draft.Review("a person", Start), draft.Review("a person", Start).Activate("model")])
        {
            router.Use(RoutingPlan.From(artefact, [Cheapest]));
            using RoutedCall call = router.Begin(RoutingBench.Request());
            bool isActive = artefact.State == ArtefactState.Active;

            (call.Endpoint!.Id, call.Basis).Should().Be((isActive ? "cheap" : draft.SafeEndpoint, isActive ? RouteBasis.Policy : RouteBasis.NotCertified));
            (call.ToRecord().PolicyChoice ?? call.Endpoint.Id).Should().Be("cheap", "what the policy would do is recorded beside");
            call.ToRecord().Replay().IsIdentical.Should().BeTrue();
        }
    }

    [Fact]
    public void Audit_PromiseBroken_MovesTrafficToTheSafeEndpointAndSaysSo()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three(), Cheapest);
        router.Use(new RoutingPlan(Cheapest) { SafeEndpoint = "middle" }, new GuaranteeMonitor(3, 0.9, new GuaranteeMonitorOptions { Tolerance = 0.5 }));
        int audited = 0;
        while (router.Monitor!.IsPromiseBroken == false && audited < 1_000)
        {
            using RoutedCall call = router.Begin(RoutingBench.Request());
            RoutedAnswer answer = call.Answer;
            call.Complete(new TokenUsage(10, 10));
            router.Audit(answer, audited++ % 2);
        }

        using RoutedCall after = router.Begin(RoutingBench.Request());

        audited.Should().BeInRange(2, 999);
        (after.Endpoint!.Id, after.Basis).Should().Be(("middle", RouteBasis.PromiseBroken));
        after.ToRecord().PolicyChoice.Should().Be("cheap");
        after.ToRecord().Replay().IsIdentical.Should().BeTrue();
    }

    [Fact]
    public void Safe_Unavailable_TheMostLikelyOfTheRestServes()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three(best: o => o.Enabled = false), Cheapest);
        router.Use(RoutingPlan.From(Calibrate(), [Cheapest]));

        using RoutedCall call = router.Begin(RoutingBench.Request());

        (call.Endpoint!.Id, call.Basis).Should().Be(("middle", RouteBasis.BestInPlaceOfSafe));
    }

    [Fact]
    public void Exploration_ManyDecisions_KeepsItsSharePropensityAndReplays()
    {
        using var catalog = new EndpointCatalog(RoutingBench.Three());
        using var router = new Router(
            catalog, RoutingBench.ThreePredictor, new RoutingPlan(Cheapest), null, null, new ContextualBanditOptions { ExplorationShare = 0.2, CostCap = 20, Seed = 5 }, new ManualTimeProvider());
        int explored = 0;
        for (int i = 0; i < 2_000; i++)
        {
            using RoutedCall call = router.Begin(RoutingBench.Request());
            DecisionRecord record = DecisionRecord.FromJson(call.ToRecord().ToJson());
            RoutedAnswer answer = call.Answer;
            explored += record.Basis == RouteBasis.Exploration ? 1 : 0;
            record.Endpoint.Should().NotBe("best", "it is a hundred times as dear, and the cap allows twenty");
            record.Propensity.Should().BeApproximately(record.Basis == RouteBasis.Exploration ? 0.1 : 0.9, 1e-12);
            router.Replay(record).IsIdentical.Should().BeTrue();
            call.Complete(new TokenUsage(10, 10));
            router.Audit(answer, i % 3 == 0 ? 1 : 0).Should().Be(AuditVerdict.Accepted);
        }

        explored.Should().BeInRange(140, 260, "a tenth of 2,000 goes to middle");
    }

    [Fact]
    public void Audit_AnswerOfAnotherPredictorOrScore_IsRejected()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three());
        using RoutedCall call = router.Begin(RoutingBench.Request());
        RoutedAnswer answer = call.Answer;

        router.Audit(answer, double.NaN).Should().Be(AuditVerdict.Rejected);
        router.Use(new TablePredictor(("other", 1, 1)), new RoutingPlan(Cheapest));
        router.Audit(answer, 1).Should().Be(AuditVerdict.Rejected);
    }

    /// <summary>400 queries on which the cheapest is as good as the best: its promise is certified.</summary>
    private static CalibrationArtefact Calibrate()
    {
        CandidatePolicy Same(string name, double cost) => new(name, [.. Enumerable.Range(0, 400).Select(i => i % 10 == 0 ? 0.0 : 1.0)], [.. Enumerable.Repeat(cost, 400)]);
        CandidatePolicy Poor(string name, double cost) => new(name, [.. Enumerable.Range(0, 400).Select(i => i % 10 < 4 ? 0.0 : 1.0)], [.. Enumerable.Repeat(cost, 400)]);
        return new GuaranteeCalibrator().Calibrate(QualityGuarantee.RelativeToBest(0.9), [Poor("cheap", 1), Poor("middle", 2), Same("best", 9)], [Same("cheapest", 1)], "model", Start);
    }
}
