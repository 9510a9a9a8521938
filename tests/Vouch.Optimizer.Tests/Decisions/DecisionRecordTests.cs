using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Tests.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Decisions;

public sealed class DecisionRecordTests
{
    [Fact]
    public void Replay_ManyDecisionsThroughJson_IsIdenticalBitForBit()
    {
        int replays = int.Parse(Environment.GetEnvironmentVariable("VOUCH_ROUTER_REPLAYS") ?? "1000");
        var time = new ManualTimeProvider();
        using Router router = RoutingBench.Router(EndpointRegistry.Example, new RoutingPolicy("p", 30), predictor: RouterTests.ElevenPredictor, time: time);
        var random = new Random(1);
        int identical = 0;
        for (int i = 0; i < replays; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(200)));
            string prompt = "prompt " + random.Next();
            using RoutedCall call = router.Begin(new RouteRequest(prompt)
            {
                Constraints = random.Next(3) == 0 ? new RouteConstraints { AllowedRegions = ["us"] } : null,
                Capabilities = random.Next(4) == 0 ? EndpointCapabilities.Tools : default,
                MaxCost = random.Next(4) == 0 ? new NanoUsd(random.Next(50_000_000)) : null,
                MaxOutputTokens = random.Next(2) == 0 ? random.Next(1, 2_000) : null,
            });
            while (call.Endpoint is not null && random.Next(3) == 0)
            {
                call.Fail(CallFailure.Unavailable);
            }

            DecisionRecord record = DecisionRecord.FromJson(call.ToRecord().ToJson());
            DecisionReplay replay = router.Replay(record, prompt);
            identical += replay.IsIdentical && replay.Endpoint == call.ToRecord().Endpoint ? 1 : 0;
            if (call.Endpoint is not null)
            {
                call.Complete(new TokenUsage(10, 10));
            }
        }

        identical.Should().Be(replays);
    }

    [Fact]
    public void Replay_TamperedRecord_IsNotIdentical()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three());
        using RoutedCall call = router.Begin(RoutingBench.Request());
        DecisionRecord record = call.ToRecord();

        DecisionReplay other = (record with { Endpoint = "cheap" }).Replay();
        CandidateRecord[] raised = [.. record.Candidates.Select((candidate, i) => i == 0 ? candidate with { Success = 0.99, ExpectedCost = NanoUsd.Zero } : candidate)];
        DecisionReplay changed = router.Replay(record with { Candidates = raised }, "What is the capital of France?");

        (other.IsIdentical, other.Endpoint).Should().Be((false, "best"));
        changed.IsIdentical.Should().BeFalse();
        changed.Differences.Should().HaveCount(2).And.OnlyContain(difference => difference.StartsWith("cheap"));
        router.Replay(record, "What is the capital of France?").IsIdentical.Should().BeTrue();
    }

    [Fact]
    public void Replay_UnderAnotherPolicy_IsRefused()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three());
        using RoutedCall call = router.Begin(RoutingBench.Request());
        DecisionRecord record = call.ToRecord();

        router.Use(new RoutingPlan(new RoutingPolicy("other", 1)));

        router.Invoking(r => r.Replay(record)).Should().Throw<PolicyMismatchException>();
        record.Replay().IsIdentical.Should().BeTrue("the record alone still tells its choice");
    }

    [Fact]
    public void Json_ThereAndBack_IsTheSame_AndGarbageIsRefused()
    {
        using Router router = RoutingBench.Router(RoutingBench.Registry(RoutingBench.Options("new"), RoutingBench.Options("cheap")), new RoutingPolicy("p", double.PositiveInfinity));
        using RoutedCall call = router.Begin(RoutingBench.Request(constraints: new RouteConstraints { AllowedRegions = ["eu"] }, tenant: "t"));
        byte[] json = call.ToRecord().ToJson();

        DecisionRecord.FromJson(json).ToJson().Should().Equal(json);
        Encoding.UTF8.GetString(json).Should().Contain("\"priceSensitivity\":\"Infinity\"").And.Contain("\"success\":\"NaN\"").And.Contain("sha256:");
        foreach (string garbage in (string[])["", "null", "[]", "{}", "{\"id\":\"x\"}", Encoding.UTF8.GetString(json)[..^5]])
        {
            FluentActions.Invoking(() => DecisionRecord.FromJson(Encoding.UTF8.GetBytes(garbage))).Should().Throw<InputValidationException>();
        }
    }

    [Fact]
    public void Explain_Decision_NamesCandidatesReasonsAndCounterfactual()
    {
        using Router router = RoutingBench.Router(RoutingBench.Three(best: o => o.Region = "us", cheap: o => o.InputUsdPerMillion = 2000));
        using RoutedCall call = router.Begin(RoutingBench.Request(constraints: new RouteConstraints { AllowedRegions = ["eu"] }));

        string text = call.ToRecord().Explain();

        text.Should().Contain("> middle: quality 0.800 [0.700, 0.900], n = 100").And.Contain("kept out: Region").And.Contain("Without Region: best at +900 % cost, +0.100 quality.")
            .And.Contain("dominated by middle").And.Contain("sha256:");
    }

    [Fact]
    public void Preview_Query_DecidesWithoutAnyTrace()
    {
        var time = new ManualTimeProvider();
        using Router router = RoutingBench.Router(RoutingBench.Three(), budgets: new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = 0.02m }] }, time: time);

        DecisionRecord[] previews = [.. Enumerable.Range(0, 10).Select(_ => router.Preview(RoutingBench.Request()))];
        using RoutedCall call = router.Begin(RoutingBench.Request());

        previews.Should().OnlyContain(preview => preview.Endpoint == "best" && preview.Outcome == RoutingOutcome.Previewed && preview.Id == call.DecisionId && preview.Reserved == NanoUsd.Zero);
        router.Budgets.OpenReservations.Should().Be(1);
    }

    [Fact]
    public void EvidenceAge_SinceThePredictorsEvidence_IsRecorded()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
        using Router router = RoutingBench.Router(RoutingBench.Three(), time: time);
        using RoutedCall call = router.Begin(RoutingBench.Request());

        call.ToRecord().EvidenceAge.Should().Be(TimeSpan.FromDays(30));
    }
}
