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

public sealed class CascadeRoutingTests
{
    // 10 tokens in, 100 out: 110,000 nanodollars at 1 dollar per million, 11,000,000 at 100.
    private const long Cheap = 110_000;
    private const long Dear = 11_000_000;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Begin_CascadeIsBest_SetsAllThreeAside()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());

        (call.IsComparing, call.Cascade, call.Endpoint, call.Outcome).Should().Be((true, CascadePredictor.Name, null, RoutingOutcome.Routed));
        (call.EndpointOf(CascadeLeg.First).Id, call.EndpointOf(CascadeLeg.Second).Id).Should().Be(("tiny", "small"));
        call.Reserved.Value.Should().Be(Cheap + Cheap + Dear);
        call.ExpectedCost.Value.Should().BeCloseTo(Cheap + Cheap + (long)(0.3 * Dear), 1);
        call.Prediction.SuccessProbability.Should().Be(0.88);
        router.Budgets.OpenReservations.Should().Be(3);
    }

    [Fact]
    public void Begin_RequestDoesNotAllowCascades_TakesOneEndpointAndSaysWhatTheCascadeWouldSave()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(RoutingBench.Request());
        DecisionRecord record = call.ToRecord();

        (call.IsComparing, call.Endpoint!.Id).Should().Be((false, "best"));
        record.Cascades.Single().Constraints.Should().Be(RoutingConstraint.DirectOnly);
        record.Counterfactuals.Should().ContainSingle().Which.Should().Match<Counterfactual>(found => found.Without == RoutingConstraint.DirectOnly && found.Endpoint == CascadePredictor.Name && found.CostChange < -0.6);
    }

    [Fact]
    public void Resolve_Agreed_FreesTheThirdAndChargesTwo()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());

        call.CompleteLeg(CascadeLeg.First, new TokenUsage(10, 50)).Value.Should().Be(60_000);
        call.CompleteLeg(CascadeLeg.Second, new TokenUsage(10, 30));
        bool accepted = call.Resolve(agreed: true);
        DecisionRecord record = call.ToRecord();

        (accepted, call.Endpoint, call.Agreed, call.Spent.Value).Should().Be((true, null, true, 100_000));
        router.Budgets.OpenReservations.Should().Be(0);
        (record.Cascade, record.Endpoint, record.AnsweredBy, record.Reserved.Value).Should().Be((CascadePredictor.Name, null, "tiny", Cheap + Cheap + Dear));
        record.Legs.Select(leg => (leg.Endpoint, leg.State, leg.Charged.Value)).Should().Equal(("tiny", LegState.Answered, 60_000), ("small", LegState.Answered, 40_000), ("best", LegState.NotNeeded, 0));
        record.Explain().Should().Contain("The two agreed: tiny answers.").And.Contain("agreement 0.70").And.Contain("Leg best: NotNeeded");
        (call.Answer.Endpoint, call.Answer.Position).Should().Be((CascadePredictor.Name, 4));
    }

    [Fact]
    public void Resolve_NotAgreed_GoesOnToTheThirdWithItsMoneyAlreadyThere()
    {
        using Router router = CascadeBench.Router(budgets: new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = 0.01122m }] }, time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        call.CompleteLeg(CascadeLeg.First, new TokenUsage(10, 100));
        call.CompleteLeg(CascadeLeg.Second, new TokenUsage(10, 100));

        // Another request finds nothing left meanwhile, and the escalation is not shaken by it.
        using RoutedCall other = router.Begin(CascadeBench.Request());
        other.Outcome.Should().Be(RoutingOutcome.Rejected);
        call.Resolve(agreed: false).Should().BeFalse();

        (call.Endpoint!.Id, call.MaxOutputTokens, call.Attempt).Should().Be(("best", 100, 1));
        call.Complete(new TokenUsage(10, 100)).Value.Should().Be(Dear);
        call.Spent.Value.Should().Be(Cheap + Cheap + Dear);
        router.Budgets.OpenReservations.Should().Be(0);
        (call.ToRecord().Agreed, call.ToRecord().AnsweredBy).Should().Be((false, "best"));
        call.ToRecord().Legs[2].Should().Be(new LegRecord("best", LegState.Answered, new NanoUsd(Dear), new NanoUsd(Dear)));
    }

    [Fact]
    public void FailLeg_CannotAgreeAnyMore_EscalatesAndCoolsDown()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        call.FailLeg(CascadeLeg.First, CallFailure.Unavailable, TimeSpan.FromSeconds(30));
        call.CompleteLeg(CascadeLeg.Second, new TokenUsage(10, 100));

        call.Resolve(agreed: true).Should().BeFalse("a failed leg agrees with nothing");

        call.Endpoint!.Id.Should().Be("best");
        router.Status()[0].BlockedFor.Should().Be(TimeSpan.FromSeconds(30));
        call.Spent.Value.Should().Be(Cheap);
        call.Complete(null);
        using RoutedCall next = router.Begin(CascadeBench.Request());
        (next.IsComparing, next.ToRecord().Cascades.Single().Constraints).Should().Be((false, RoutingConstraint.Unhealthy), "a cascade is as well as its endpoints");
    }

    [Fact]
    public void Fail_EscalationFails_FallsBackToOneEndpoint()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        call.FailLeg(CascadeLeg.First, CallFailure.Interrupted);
        call.CompleteLeg(CascadeLeg.Second, null);
        call.Resolve(false);

        bool isNext = call.Fail(CallFailure.Unavailable);

        (isNext, call.Endpoint!.Id, call.Attempt, call.Cascade).Should().Be((true, "middle", 2, null));
        call.ToRecord().Candidates.Where(row => row.Constraints.HasFlag(RoutingConstraint.AlreadyTried)).Select(row => row.Endpoint).Should().Equal("tiny", "best");
        call.ToRecord().Cascades.Single().Constraints.Should().HaveFlag(RoutingConstraint.DirectOnly);
    }

    [Fact]
    public void Resolve_ThirdCoolsDownMeanwhile_TakesAnotherAndFreesItsMoney()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        using RoutedCall other = router.Begin(RoutingBench.Request());
        other.Fail(CallFailure.Unavailable, tryNext: false);
        call.CompleteLeg(CascadeLeg.First, null);
        call.CompleteLeg(CascadeLeg.Second, null);

        call.Resolve(false).Should().BeFalse();

        (call.Endpoint!.Id, call.Attempt).Should().Be(("middle", 2));
        router.Budgets.OpenReservations.Should().Be(1);
    }

    [Theory]
    [InlineData(CallFailure.BadRequest)]
    [InlineData(CallFailure.Cancelled)]
    public void FailLeg_RequestItselfIsWrongOrGivenUp_EndsIt(CallFailure failure)
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        call.FailLeg(CascadeLeg.First, failure);
        call.CompleteLeg(CascadeLeg.Second, null);

        (call.Resolve(false), call.Endpoint).Should().Be((false, null));

        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public void Begin_MoneyForTwoButNotForThree_TakesNoCascade()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request(maxUsd: 0.0112m));

        call.IsComparing.Should().BeFalse();
        call.ToRecord().Cascades.Single().Constraints.Should().Be(RoutingConstraint.RequestCap);
        call.Endpoint!.Id.Should().Be("best");
        router.Budgets.OpenReservations.Should().Be(1);
    }

    [Fact]
    public void Dispose_LegsUnderWay_AreChargedInFullAndTheThirdIsFree()
    {
        using Router router = CascadeBench.Router(budgets: new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = 1 }] }, time: _time);

        RoutedCall call = router.Begin(CascadeBench.Request());
        call.CompleteLeg(CascadeLeg.Second, new TokenUsage(0, 0));
        call.Dispose();

        router.Budgets.OpenReservations.Should().Be(0);
        router.Budgets.Statement()[0].Spent.Value.Should().Be(Cheap);
    }

    [Fact]
    public void Legs_UsedWrongly_AreRefused()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall direct = router.Begin(RoutingBench.Request());
        using RoutedCall call = router.Begin(CascadeBench.Request());
        call.CompleteLeg(CascadeLeg.First, null);

        direct.Invoking(c => c.CompleteLeg(CascadeLeg.First, null)).Should().Throw<InvalidOperationException>();
        call.Invoking(c => c.CompleteLeg(CascadeLeg.First, null)).Should().Throw<InvalidOperationException>("it is settled");
        call.Invoking(c => c.Resolve(true)).Should().Throw<InvalidOperationException>("one leg is open");
        call.Invoking(c => c.Complete(null)).Should().Throw<InvalidOperationException>("the third was not asked");
        call.Invoking(c => c.FailLeg(CascadeLeg.Second, (CallFailure)9)).Should().Throw<ArgumentOutOfRangeException>();
        call.Invoking(c => c.EndpointOf((CascadeLeg)2)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Begin_PromiseBroken_NeverTakesACascade()
    {
        using Router router = CascadeBench.Router(time: _time);
        var monitor = new GuaranteeMonitor(5, 0.9);
        router.Use(new RoutingPlan(CascadeBench.Thrifty) { SafeEndpoint = "best" }, monitor);
        for (int i = 0; !monitor.IsPromiseBroken; i++)
        {
            monitor.Audit(new AuditedOutcome(i, 4, 0.88, 0));
        }

        using RoutedCall call = router.Begin(CascadeBench.Request());

        (call.IsComparing, call.Endpoint!.Id, call.Basis).Should().Be((false, "best", RouteBasis.PromiseBroken));
        router.Invoking(r => r.Use(new RoutingPlan(CascadeBench.Thrifty), new GuaranteeMonitor(4, 0.9))).Should().Throw<ArgumentException>().WithMessage("*4 positions*");
    }

    [Fact]
    public void Audit_CascadesAnswer_TeachesItsQualityAndAgreementItsCost()
    {
        using Router router = CascadeBench.Router(time: _time, exploration: new ContextualBanditOptions { ExplorationShare = 0, PriorStrength = 10 });
        for (int i = 0; i < 30; i++)
        {
            using RoutedCall call = router.Begin(CascadeBench.Request());
            if (!call.IsComparing)
            {
                break;
            }

            call.CompleteLeg(CascadeLeg.First, null);
            call.CompleteLeg(CascadeLeg.Second, null);
            call.Resolve(i % 2 == 0);
            router.Audit(call.Answer, 1).Should().Be(AuditVerdict.Accepted);
        }

        CascadeRecord learnt = router.Preview(CascadeBench.Request()).Cascades.Single();
        learnt.Success.Should().BeGreaterThan(0.9);
        learnt.Agreement.Should().BeInRange(0.5, 0.65);
    }

    [Fact]
    public void Replay_CascadesThroughJson_AreIdenticalBitForBit()
    {
        int replays = int.Parse(Environment.GetEnvironmentVariable("VOUCH_ROUTER_REPLAYS") ?? "1000");
        using Router router = CascadeBench.Router(time: _time, policy: new RoutingPolicy("p", 30), predictor: new CascadePredictor { IsHashed = true, Cascades = [new Cascade(0, 1, 3), new Cascade(1, 0, 2), new Cascade(0, 2, 3)] });
        var random = new Random(7);
        int identical = 0;
        int cascades = 0;
        for (int i = 0; i < replays; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(random.Next(60)));
            string prompt = "prompt " + random.Next();
            using RoutedCall call = router.Begin(new RouteRequest(prompt) { AllowsCascades = random.Next(5) > 0, MaxOutputTokens = random.Next(1, 200), MaxCost = random.Next(4) == 0 ? new NanoUsd(random.Next(50_000_000)) : null });
            bool isCascade = call.IsComparing;
            cascades += isCascade ? 1 : 0;
            if (isCascade)
            {
                foreach (CascadeLeg leg in Enum.GetValues<CascadeLeg>())
                {
                    if (random.Next(5) == 0)
                    {
                        call.FailLeg(leg, CallFailure.Unavailable);
                    }
                    else
                    {
                        call.CompleteLeg(leg, new TokenUsage(1, 1));
                    }
                }

                call.Resolve(random.Next(2) == 0);
            }

            while (call.Endpoint is not null && random.Next(3) == 0)
            {
                call.Fail(CallFailure.Unavailable);
            }

            DecisionRecord record = DecisionRecord.FromJson(call.ToRecord().ToJson());
            DecisionReplay replay = router.Replay(record, prompt);
            identical += replay.IsIdentical && (replay.Endpoint, replay.Cascade) == (record.Endpoint, record.Cascade) ? 1 : 0;
        }

        identical.Should().Be(replays);
        cascades.Should().BeGreaterThan(replays / 20, "or the test shows nothing");
    }

    [Fact]
    public void Replay_TamperedCascade_IsNotIdentical()
    {
        using Router router = CascadeBench.Router(time: _time);
        using RoutedCall call = router.Begin(CascadeBench.Request());
        DecisionRecord record = call.ToRecord();

        router.Replay(record, "What is the capital of France?").IsIdentical.Should().BeTrue();
        (record with { Cascade = null, Endpoint = "best" }).Replay().IsIdentical.Should().BeFalse();
        CascadeRecord cheaper = record.Cascades[0] with { ExpectedCost = NanoUsd.Zero, Agreement = 0.9 };
        router.Replay(record with { Cascades = [cheaper] }, "What is the capital of France?").Differences.Should().HaveCount(2).And.OnlyContain(line => line.StartsWith(CascadePredictor.Name));
    }

    [Fact]
    public void Begin_Cascade_AllocatesNothing()
    {
        using Router router = CascadeBench.Router(time: _time, predictor: new Steady());
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                using RoutedCall call = router.Begin(CascadeBench.Request());
                call.CompleteLeg(CascadeLeg.First, null);
                call.CompleteLeg(CascadeLeg.Second, null);
                call.Resolve(true);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }

    /// <summary>The same table without an allocation.</summary>
    private sealed class Steady : IOutcomePredictor
    {
        private static readonly double[] Table = [0.6, 0.62, 0.8, 0.9, 0.88, 0.7];

        public IReadOnlyList<string> Endpoints { get; } = ["tiny", "small", "middle", "best"];

        public IReadOnlyList<Cascade> Cascades { get; } = [new Cascade(0, 1, 3)];

        public string Digest => "steady";

        public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

        public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
        {
            for (int i = 0; i < predictions.Length; i++)
            {
                predictions[i] = new OutcomePrediction(Table[i], 0, 1, 100, 100);
            }
        }
    }
}
