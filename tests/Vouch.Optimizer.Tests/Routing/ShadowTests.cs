using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Routing;

/// <summary>cheap, middle and best serve; new stands in shadow, costs 5 dollars per million and nothing is known of it.</summary>
public sealed class ShadowTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Mirror_Share_IsKeptAndFollowsFromTheDecisionsNumber()
    {
        using Router router = Router(share: 0.25);

        List<long>[] mirrored = [Run(router), Run(Router(share: 0.25))];

        mirrored[0].Count.Should().BeInRange(200, 300);
        mirrored[1].Should().Equal(mirrored[0]);

        List<long> Run(Router by)
        {
            var found = new List<long>();
            for (int i = 0; i < 1_000; i++)
            {
                using RoutedCall call = by.Begin(RoutingBench.Request());
                call.Complete(null);
                using ShadowCall? shadow = call.Mirror();
                if (shadow is not null)
                {
                    shadow.Endpoint.Id.Should().Be("new");
                    found.Add(call.DecisionId);
                    shadow.Complete(new TokenUsage(0, 0));
                }
            }

            return found;
        }
    }

    [Fact]
    public void Mirror_CostShare_IsNeverPassedAndCallersPayNothing()
    {
        using Router router = Router(costShare: 0.02);
        long callers = 0;
        long shadows = 0;
        for (int i = 0; i < 2_000; i++)
        {
            using RoutedCall call = router.Begin(RoutingBench.Request(tenant: "t"));
            callers += call.Complete(null).Value;
            using ShadowCall? shadow = call.Mirror();
            shadows += shadow is null ? 0 : 550_000;
            call.Spent.Value.Should().Be(11_000_000);
            shadows.Should().BeLessThanOrEqualTo((long)(0.02 * callers));
        }

        shadows.Should().BeGreaterThan((long)(0.019 * callers), "it is used, too");
        router.Budgets.Statement("t").Single(row => row.Cap == "each").Spent.Value.Should().Be(callers);
        router.Budgets.Statement("shadow").Single(row => row.Cap == "each").Spent.Value.Should().Be(shadows);
        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public void Mirror_LedgerLeavesNothing_IsNotMade()
    {
        using Router router = Router(caps: new SpendCapOptions { Name = "shadow", Tenant = "shadow", Scope = SpendScope.Tenant, LimitUsd = 0.0000001m });

        Mirrored(router).Should().BeNull();
    }

    [Fact]
    public void Mirror_LawsOfTheRequest_HoldForNewcomersToo()
    {
        using Router router = Router();
        ShadowCall? Of(RouteConstraints constraints)
        {
            using RoutedCall call = router.Begin(RoutingBench.Request(constraints: constraints));
            call.Complete(null);
            return call.Mirror();
        }

        Of(new RouteConstraints { ForbiddenEndpoints = ["new"] }).Should().BeNull();
        Of(new RouteConstraints { AllowedProviders = ["p-best"] }).Should().BeNull();
        using ShadowCall? free = Of(new RouteConstraints { AllowedProviders = ["p-best", "p-new"] });
        free.Should().NotBeNull();
    }

    [Fact]
    public void Fail_Newcomer_CoolsDown()
    {
        using Router router = Router();
        Mirrored(router)!.Fail(CallFailure.Unavailable, TimeSpan.FromMinutes(1));

        Mirrored(router).Should().BeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        using ShadowCall? probe = Mirrored(router);
        probe.Should().NotBeNull();
        probe!.Invoking(p => p.Fail((CallFailure)9)).Should().Throw<ArgumentOutOfRangeException>();
        probe!.Complete(null);
        probe!.Invoking(p => p.Complete(null)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Record_OfAMirroredRequest_SaysNothingOfIt()
    {
        using Router router = Router();
        using RoutedCall call = router.Begin(RoutingBench.Request());
        call.Complete(null);
        byte[] before = call.ToRecord().ToJson();

        using ShadowCall? shadow = call.Mirror();

        call.ToRecord().ToJson().Should().Equal(before);
        shadow.Should().NotBeNull();
    }

    [Fact]
    public void Audit_EnoughGoodAnswers_PromotesAndThePolicyChoosesIt()
    {
        using Router router = Router();
        router.Preview(RoutingBench.Request()).Candidates[3].Constraints.Should().Be(RoutingConstraint.Shadow | RoutingConstraint.NoEvidence);

        for (int i = 0; i < 49; i++)
        {
            router.Audit(Mirrored(router)!.Complete(new TokenUsage(10, 50)), i % 20 == 0 ? 0 : 1).Should().BeTrue();
        }

        router.Newcomers().Single().Should().Match<NewcomerStanding>(row => row.Endpoint == "new" && row.Labels == 49 && row.Mirrored == 49 && !row.IsReady && !row.IsPromoted);
        string digest = router.Digest.Value;
        router.Audit(Mirrored(router)!.Complete(new TokenUsage(10, 50)), 1);

        router.Newcomers().Single().IsPromoted.Should().BeTrue();
        router.Digest.Value.Should().NotBe(digest);
        DecisionRecord record = router.Preview(RoutingBench.Request());
        CandidateRecord known = record.Candidates[3];
        (known.Constraints, known.SampleSize).Should().Be((RoutingConstraint.None, 50));
        known.Success.Should().BeInRange(0.9, 0.96, "47 of 50 were right");
        known.OutputTokens.Should().Be(50);
        record.Endpoint.Should().Be("new", "it is as good as the best at a twentieth of its price");
        router.Replay(record, "What is the capital of France?").IsIdentical.Should().BeTrue();
        Mirrored(router).Should().BeNull("it serves now");
    }

    [Fact]
    public void Audit_BadNewcomer_IsKnownAndNeverChosen()
    {
        using Router router = Router();
        for (int i = 0; i < 60 && Mirrored(router) is { } shadow; i++)
        {
            router.Audit(shadow.Complete(null), i % 5 == 0 ? 1 : 0);
        }

        router.Newcomers().Single().IsPromoted.Should().BeTrue();
        router.Preview(RoutingBench.Request()).Endpoint.Should().Be("best");
        router.Preview(RoutingBench.Request()).Candidates[3].Success.Should().BeInRange(0.15, 0.3);
    }

    [Fact]
    public void Audit_DuplicatesAndNonsense_AreLeftOut()
    {
        using Router router = Router();
        ShadowAnswer answer = Mirrored(router)!.Complete(null);

        router.Audit(answer, 1).Should().BeTrue();
        router.Audit(answer, 1).Should().BeFalse();
        router.Audit(answer with { DecisionId = 99 }, 1.5).Should().BeFalse();
        router.Audit(answer with { DecisionId = 99, Endpoint = "best" }, 1).Should().BeFalse("it is no newcomer");
        router.Newcomers().Single().Labels.Should().Be(1);
    }

    [Fact]
    public void Promote_PromiseInForce_IsLeftToTheHost()
    {
        using Router router = Router();
        router.Use(new RoutingPlan(RoutingBench.Quality), new GuaranteeMonitor(3, 0.8));
        for (int i = 0; i < 60; i++)
        {
            router.Audit(Mirrored(router)!.Complete(null), 1);
        }

        router.Newcomers().Single().Should().Match<NewcomerStanding>(row => row.IsReady && !row.IsPromoted);
        router.Invoking(r => r.Promote("new")).Should().Throw<InvalidOperationException>().WithMessage("*calibrate anew*");
        router.Use(new RoutingPlan(RoutingBench.Quality));
        (router.Promote("new"), router.Promote("new"), router.Promote("best")).Should().Be((true, false, false));
    }

    [Fact]
    public void Promote_WithCascadesAndExploration_KeepsWhatWasLearnt()
    {
        EndpointRegistry registry = RoutingBench.Registry([.. new[] { "tiny", "small", "middle", "best" }.Select((id, i) => RoutingBench.Options(id, i < 2 ? 1 : i == 2 ? 10 : 100, i < 2 ? 1 : i == 2 ? 10 : 100)), Newcomer()]);
        using var router = new Router(
            new EndpointCatalog(registry), new CascadePredictor(), new RoutingPlan(CascadeBench.Thrifty), null, new RouterOptions { Shadow = new ShadowOptions { Share = 1, CostShare = 1 } },
            new ContextualBanditOptions { ExplorationShare = 0, PriorStrength = 5 }, _time);
        for (int i = 0; i < 250; i++)
        {
            using RoutedCall call = router.Begin(CascadeBench.Request());
            if (call.IsComparing)
            {
                call.CompleteLeg(CascadeLeg.First, null);
                call.CompleteLeg(CascadeLeg.Second, null);
                call.Resolve(true);
                router.Audit(call.Answer, 1);
            }

            if (call.Mirror() is { } shadow)
            {
                router.Audit(shadow.Complete(null), 0);
            }
        }

        DecisionRecord record = router.Preview(CascadeBench.Request());

        router.Newcomers().Single().IsPromoted.Should().BeTrue();
        (record.Cascade, record.Cascades[0].Position).Should().Be((CascadePredictor.Name, 5));
        record.Cascades[0].Success.Should().BeGreaterThan(0.93);
        record.Cascades[0].Agreement.Should().BeGreaterThan(0.85);
    }

    private static EndpointOptions Newcomer() => RoutingBench.Options("new", 5, 5, options => options.Role = EndpointRole.Newcomer);

    private static ShadowCall? Mirrored(Router router)
    {
        using RoutedCall call = router.Begin(RoutingBench.Request());
        call.Complete(null);
        return call.Mirror();
    }

    private Router Router(double share = 1, double costShare = 1, SpendCapOptions? caps = null) => new(
        new EndpointCatalog(RoutingBench.Registry(RoutingBench.Options("cheap", 1, 1), RoutingBench.Options("middle", 10, 10), RoutingBench.Options("best", 100, 100), Newcomer())),
        RoutingBench.ThreePredictor,
        new RoutingPlan(new RoutingPolicy("thrifty", 1)),
        new BudgetLedger(new BudgetOptions { Caps = [caps ?? new SpendCapOptions { Name = "each", Scope = SpendScope.EachTenant, LimitUsd = 1_000_000 }] }, _time),
        new RouterOptions { Shadow = new ShadowOptions { Share = share, CostShare = costShare } },
        null,
        _time);
}
