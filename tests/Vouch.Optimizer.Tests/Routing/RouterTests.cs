using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Testing;
using static Vouch.Optimizer.Tests.Routing.RoutingBench;

namespace Vouch.Optimizer.Tests.Routing;

public sealed class RouterTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0, "best")]
    [InlineData(double.PositiveInfinity, "cheap")]

    // 110 tokens: $0.00011, $0.0011, $0.011. A point of quality costs $0.00495 / 20 points for middle, $0.0099 / 10 points for best.
    [InlineData(50, "middle")]
    public void Begin_PriceSensitivity_ChoosesByQualityAndCost(double sensitivity, string expected)
    {
        using Router router = Router(Three(), new RoutingPolicy("p", sensitivity));

        using RoutedCall call = router.Begin(Request());

        call.Endpoint!.Id.Should().Be(expected);
        call.MaxOutputTokens.Should().Be(100);
        call.Reserved.Should().Be(call.Endpoint.Prices.WorstCost(10, 100));
    }

    public static TheoryData<Action<EndpointOptions>, EndpointCapabilities, RouteConstraints?, RoutingConstraint> Laws => new()
    {
        { o => o.Enabled = false, default, null, RoutingConstraint.Disabled },
        { o => o.Role = EndpointRole.Newcomer, default, null, RoutingConstraint.Shadow },
        { o => o.Region = "us", default, new RouteConstraints { AllowedRegions = ["EU"] }, RoutingConstraint.Region },
        { o => o.Region = "", default, new RouteConstraints { AllowedRegions = ["eu", ""] }, RoutingConstraint.Region },
        { o => o.Provider = "other", default, new RouteConstraints { AllowedProviders = ["p-cheap", "P-Middle"] }, RoutingConstraint.Provider },
        { o => o.Region = "eu", default, new RouteConstraints { ForbiddenEndpoints = ["best"] }, RoutingConstraint.Forbidden },
        { o => o.ContextTokens = 109, default, null, RoutingConstraint.Context },
        { o => o.Capabilities = EndpointCapabilities.None, EndpointCapabilities.Streaming, null, RoutingConstraint.Capability },
    };

    [Theory]
    [MemberData(nameof(Laws))]
    public void Begin_LawForbidsTheBest_ItIsNotChosenAndTheRecordSaysWhy(
        Action<EndpointOptions> best, EndpointCapabilities capabilities, RouteConstraints? constraints, RoutingConstraint expected)
    {
        using Router router = Router(Three(best: o => { o.MaxOutputTokens = 100; best(o); }));

        using RoutedCall call = router.Begin(Request(capabilities, constraints));
        DecisionRecord record = call.ToRecord();

        call.Endpoint!.Id.Should().Be("middle");
        record.Candidates[2].Constraints.Should().Be(expected);
        record.BindingConstraints.Should().Be(expected);
        record.Counterfactuals.Should().ContainSingle().Which.Endpoint.Should().Be("best");
        record.Counterfactuals[0].CostChange.Should().BeApproximately(9, 1e-9);
        record.Counterfactuals[0].QualityChange.Should().BeApproximately(0.1, 1e-12);
    }

    [Fact]
    public void Begin_UnknownToThePredictor_StaysInShadow()
    {
        using Router router = Router(Registry(Options("new", 0, 0), Options("cheap")), new RoutingPolicy("p", double.PositiveInfinity));

        using RoutedCall call = router.Begin(Request());

        call.Endpoint!.Id.Should().Be("cheap");
        call.ToRecord().Candidates[0].Constraints.Should().Be(RoutingConstraint.NoEvidence);
    }

    [Fact]
    public void Begin_NothingFits_IsRejectedWithoutSpending()
    {
        using Router router = Router(Three(), budgets: new BudgetOptions { Caps = [new SpendCapOptions { Name = "day", LimitUsd = 0.0001m }] });

        using RoutedCall call = router.Begin(Request());

        (call.Endpoint, call.Outcome, call.RetryAfter).Should().Be((null, RoutingOutcome.Rejected, null));
        call.ToRecord().BindingConstraints.Should().Be(RoutingConstraint.Budget);
        call.ToRecord().BudgetCap.Should().Be("day");
        call.Invoking(c => c.Complete(null)).Should().Throw<InvalidOperationException>();
        router.Budgets.Statement().Single().Available.Should().Be(NanoUsd.FromUsd(0.0001m));
    }

    [Fact]
    public void Begin_TightBudget_TakesWhatFits()
    {
        // cheap can cost 110 thousand nanodollars, middle 1.1 million.
        using Router router = Router(Three(), budgets: new BudgetOptions { MaxRequestUsd = 0.002m, Caps = [new SpendCapOptions { Name = "day", LimitUsd = 0.0012m }] });

        using RoutedCall first = router.Begin(Request());
        using RoutedCall second = router.Begin(Request());
        using RoutedCall third = router.Begin(Request());

        first.Endpoint!.Id.Should().Be("middle");
        first.ToRecord().Candidates[2].Constraints.Should().Be(RoutingConstraint.RequestCap | RoutingConstraint.Budget);
        third.Endpoint.Should().BeNull("100 thousand are left after 1.1 million");
        second.Endpoint.Should().BeNull();
        first.Complete(new TokenUsage(10, 20)).Value.Should().Be(300_000);
        router.Begin(Request()).Endpoint!.Id.Should().Be("cheap");
    }

    [Fact]
    public void Fail_Unavailable_FallsBackAndLeavesTheEndpointAlone()
    {
        using Router router = Router(Three(), time: _time);
        using RoutedCall call = router.Begin(Request());

        call.Fail(CallFailure.Unavailable).Should().BeTrue();

        (call.Endpoint!.Id, call.Attempt, call.Spent).Should().Be(("middle", 2, NanoUsd.Zero));
        call.Complete(new TokenUsage(10, 10));
        Send(router).Should().Be("middle", "best cools down for a second");
        _time.Advance(TimeSpan.FromSeconds(1));
        using RoutedCall probe = router.Begin(Request());
        probe.Endpoint!.Id.Should().Be("best", "one probe goes through");
        Send(router).Should().Be("middle", "and only one");
        probe.Fail(CallFailure.Unavailable);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Send(router).Should().Be("middle", "the second cooldown is twice as long");
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Send(router).Should().Be("best");
        Send(router).Should().Be("best", "the probe went well");
    }

    [Fact]
    public void DeadEndpoint_LongTraffic_CostsOneFailedTryPerCooldown()
    {
        var options = new RouterOptions { Cooldown = TimeSpan.FromSeconds(10), MaxCooldown = TimeSpan.FromSeconds(10) };
        using Router router = Router(Three(), options: options, time: _time);
        int failed = 0;
        for (int i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            using RoutedCall call = router.Begin(Request());
            while (call.Endpoint is { } endpoint)
            {
                if (endpoint.Id == "best")
                {
                    failed++;
                    call.Fail(CallFailure.Unavailable);
                }
                else
                {
                    call.Complete(new TokenUsage(1, 1));
                }
            }
        }

        failed.Should().Be(10, "100 seconds hold ten cooldowns of ten");
    }

    [Fact]
    public void RetryAfter_LongerThanTheCooldown_IsObeyed_AndTellsWhenToComeBack()
    {
        using Router router = Router(Registry(Options("best")), time: _time);
        using (RoutedCall call = router.Begin(Request()))
        {
            call.Fail(CallFailure.Unavailable, TimeSpan.FromMinutes(5)).Should().BeFalse("there is no other endpoint");
            call.Outcome.Should().Be(RoutingOutcome.Rejected);
        }

        _time.Advance(TimeSpan.FromMinutes(4));
        using RoutedCall early = router.Begin(Request());
        early.Endpoint.Should().BeNull();
        early.RetryAfter.Should().BeCloseTo(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(1));
        router.Status().Single().BlockedFor.Should().BeCloseTo(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Send(router).Should().Be("best");
    }

    [Theory]
    [InlineData(CallFailure.Unavailable, 0, true, true)]
    [InlineData(CallFailure.Interrupted, 11_000_000, true, true)]
    [InlineData(CallFailure.Unsuited, 0, true, false)]
    [InlineData(CallFailure.BadRequest, 0, false, false)]
    [InlineData(CallFailure.Cancelled, 11_000_000, false, false)]
    public void Fail_EachKind_ChargesAndGoesOnAsSaid(CallFailure failure, long charged, bool goesOn, bool coolsDown)
    {
        using Router router = Router(Three(), time: _time);
        using RoutedCall call = router.Begin(Request());

        call.Fail(failure).Should().Be(goesOn);

        call.Spent.Value.Should().Be(charged);
        (call.Endpoint?.Id).Should().Be(goesOn ? "middle" : null);
        (router.Status()[2].BlockedFor > TimeSpan.Zero).Should().Be(coolsDown);
    }

    [Fact]
    public void RequestCap_InterruptedTries_HoldsOverAllOfThem()
    {
        // best can cost 11 million nanodollars, middle 1.1 million; after best was charged in full, 1 million is left.
        using Router router = Router(Three(), time: _time);
        using RoutedCall call = router.Begin(Request(maxUsd: 0.012m));

        call.Fail(CallFailure.Interrupted);

        call.Endpoint!.Id.Should().Be("cheap");
        call.ToRecord().Candidates[1].Constraints.Should().Be(RoutingConstraint.RequestCap);
        call.Complete(new TokenUsage(10, 100));
        call.Spent.Should().BeLessThanOrEqualTo(NanoUsd.FromUsd(0.012m));
    }

    [Fact]
    public void Fallback_AfterPriceChange_UsesTodaysPrices()
    {
        using var catalog = new EndpointCatalog(Three());
        using var router = new Router(catalog, ThreePredictor, new RoutingPlan(Quality), null, null, null, _time);
        using RoutedCall call = router.Begin(Request());
        catalog.Replace(Three(middle: o => o.OutputUsdPerMillion = 1_000, best: o => o.OutputUsdPerMillion = 5));

        call.Endpoint!.Prices.OutputUsdPerMillion.Should().Be(100, "a call under way keeps its price");
        call.Fail(CallFailure.Unavailable);

        call.Endpoint!.Id.Should().Be("middle", "best was tried, by its name");
        call.Reserved.Value.Should().Be((10 * 10_000) + (100 * 1_000_000));
    }

    [Fact]
    public void MaxAttempts_Reached_StopsTrying()
    {
        using Router router = Router(Three(), options: new RouterOptions { MaxAttempts = 2 });
        using RoutedCall call = router.Begin(Request());

        call.Fail(CallFailure.Unavailable).Should().BeTrue();
        call.Fail(CallFailure.Unavailable).Should().BeFalse();
        call.Endpoint.Should().BeNull();
    }

    [Fact]
    public void Dispose_WithoutAWord_ChargesInFull()
    {
        using Router router = Router(Three(), budgets: new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = 1 }] });

        router.Begin(Request()).Dispose();

        router.Budgets.Statement().Single().Spent.Value.Should().Be(11_000_000);
    }

    [Fact]
    public void OptionsOfTheRouter_ProvidersAndRegions_HoldForEveryRequest()
    {
        using Router router = Router(Three(best: o => o.Region = "us"), options: new RouterOptions { AllowedRegions = ["eu"], AllowedProviders = ["p-cheap", "p-best"] });

        using RoutedCall call = router.Begin(Request(constraints: new RouteConstraints { AllowedRegions = ["us", "eu"] }));

        call.Endpoint!.Id.Should().Be("cheap");
    }

    [Fact]
    public void HiddenTokens_NotCountedByThePredictor_AreMultiplied()
    {
        var predictor = new TablePredictor(("o1", 0.9, 10)) { CountsHiddenTokens = false };
        using Router router = Router(Registry(Options("o1", 0, 10, o => o.ReasoningFactor = 6)), predictor: predictor);

        using RoutedCall call = router.Begin(Request());

        call.ExpectedCost.Value.Should().Be(60 * 10_000);
    }

    [Fact]
    public void Begin_Warm_AllocatesNothing()
    {
        using Router router = Router(EndpointRegistry.Example, new RoutingPolicy("p", 20), new BudgetOptions
        {
            MaxRequestUsd = 1,
            Caps = [new SpendCapOptions { Name = "day", LimitUsd = 1_000_000, Window = TimeSpan.FromDays(1) }, new SpendCapOptions { Name = "each", Scope = SpendScope.EachTenant, LimitUsd = 1_000_000 }],
        }, predictor: ElevenPredictor, time: TimeProvider.System);
        var constraints = new RouteConstraints { AllowedRegions = ["us", "eu", "global"], ForbiddenEndpoints = ["gemma-2-9b-it"] };
        string prompt = new('x', 600);

        void Decide()
        {
            using RoutedCall call = router.Begin(new RouteRequest(prompt) { Constraints = constraints, Tenant = "t", MaxOutputTokens = 256 });
            call.Complete(new TokenUsage(150, 100));
        }

        Allocations.Of(Decide).Should().Be(0);
    }

    internal static TablePredictor ElevenPredictor { get; } =
        new([.. EndpointRegistry.Example.Endpoints.Select((endpoint, i) => (endpoint.Id, 0.4 + (0.05 * i), 100.0 + i))]) { IsHashed = true };

    private static string? Send(Router router)
    {
        using RoutedCall call = router.Begin(Request());
        string? id = call.Endpoint?.Id;
        if (id is not null)
        {
            call.Complete(new TokenUsage(10, 10));
        }

        return id;
    }
}
