using Vouch.Observability.RootCause;
using Vouch.Observability.Traces;

namespace Vouch.Observability.Tests.RootCause;

/// <summary>A small system made by hand: front calls store and price, both call data; one fault at a time.</summary>
public sealed class RootCauseAnalyzerTests
{
    private readonly RootCauseAnalyzer _analyzer = new();

    [Theory]
    [InlineData("front")]
    [InlineData("store")]
    [InlineData("price")]
    [InlineData("data")]
    public void Diagnose_ServiceWorksSlower_AccusesItByItsOwnTime(string slow)
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(2, 100, new Fault { SlowService = slow }));

        diagnosis.IsConclusive.Should().BeTrue();
        diagnosis.Cause!.Service.Should().Be(slow);
        diagnosis.Cause.Channel.Should().Be(AccusationChannel.ExclusiveTime);
        diagnosis.Cause.Accusations[0].Observed.Should().BeGreaterThan(2 * diagnosis.Cause.Accusations[0].Normal);
    }

    [Fact]
    public void Diagnose_NetworkToAServiceIsSlow_AccusesTheServiceNotItsCallers()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(2, 100, new Fault { SlowWayTo = "data" }));

        diagnosis.Cause!.Service.Should().Be("data");
        diagnosis.Cause.Accusations[0].Subject.Should().Contain("waiting for data");
    }

    [Fact]
    public void Diagnose_CallerIsStarved_AccusesItThoughItsCalleesLookSlow()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(2, 100, new Fault { SlowWayFrom = "front" }));

        diagnosis.Cause!.Service.Should().Be("front");
    }

    [Fact]
    public void Diagnose_ErrorsSpreadUpwards_AccusesTheDeepest()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(2, 100, new Fault { FailingService = "price" }));

        diagnosis.Cause!.Service.Should().Be("price");
        diagnosis.Cause.Accusations.Should().Contain(accusation => accusation.Channel == AccusationChannel.Errors && accusation.Normal < 0.05 && accusation.Observed > 0.5);
    }

    [Fact]
    public void Diagnose_ServiceReturnsEarly_AccusesItByItsStructure()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(2, 100, new Fault { ReturnsEarly = "store" }));

        diagnosis.Cause!.Service.Should().Be("store");
        diagnosis.Cause.Channel.Should().Be(AccusationChannel.Structure);
    }

    [Fact]
    public void Diagnose_CallersBreakOffAfterAService_AccusesItNotThem()
    {
        // Both callers of data end after the first of its answers: what they have in common is data.
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300, new Fault { ThenCalls = "audit" }), Window(2, 100, new Fault { ThenCalls = "audit", AnswersBadly = "data" }));

        diagnosis.Cause!.Service.Should().Be("data");
        diagnosis.Cause.Channel.Should().Be(AccusationChannel.Structure);
    }

    [Fact]
    public void Diagnose_OneCallerBreaksOffAfterAService_AccusesItAndSuspectsThatService()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300, new Fault { ThenCalls = "audit" }), Window(2, 100, new Fault { ThenCalls = "audit", AnswersBadly = "data", To = "store" }));

        diagnosis.Cause!.Service.Should().Be("store");
        diagnosis.Suspects[1].Service.Should().Be("data");
    }

    [Fact]
    public void Diagnose_MetricThatWandersSteps_IsComparedWithTheReadingsJustBefore()
    {
        // A leak freed by restarts: the level of the day says nothing, the step from one minute to the next does.
        ServiceMetric[] Memory(int from, int count, Func<int, double> price) =>
            [.. Enumerable.Range(from, count).SelectMany(minute => ((string[])["front", "store", "price", "data"]).Select(service =>
                new ServiceMetric(service, "memory", TimeSpan.FromMinutes(minute), (200 * (1 + ((minute * 7 % 60) / 60.0 / 3))) + (service == "price" ? price(minute) : 0))))];
        double Saw(int minute) => (minute % 50) * 2;

        Diagnosis steps = _analyzer.Diagnose(new TelemetryWindow(Window(1, 300).Traces, Memory(0, 120, Saw)), new TelemetryWindow(Window(2, 100).Traces, Memory(121, 2, _ => 400)));
        Diagnosis grows = _analyzer.Diagnose(new TelemetryWindow(Window(1, 300).Traces, Memory(0, 120, Saw)), new TelemetryWindow(Window(2, 100).Traces, Memory(121, 2, Saw)));

        steps.Cause!.Service.Should().Be("price");
        steps.Cause.Channel.Should().Be(AccusationChannel.Metric);
        grows.IsConclusive.Should().BeFalse();
    }

    [Fact]
    public void Diagnose_OnlyAMetricRises_AccusesByIt()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300, metrics: 40), Window(2, 100, new Fault { BusyService = "price" }, metrics: 4));

        diagnosis.Cause!.Service.Should().Be("price");
        diagnosis.Cause.Channel.Should().Be(AccusationChannel.Metric);
        diagnosis.Cause.Operation.Should().BeNull();
    }

    [Fact]
    public void Diagnose_NothingChanged_SaysDontKnowInAboutAllWindows()
    {
        RootCauseBaseline baseline = _analyzer.Learn(Window(1, 400, metrics: 40));

        int accused = Enumerable.Range(0, 60).Count(seed => baseline.Diagnose(Window(100 + seed, 100, metrics: 4)).IsConclusive);

        // 5 % of 60 are 3; more than 8 has a chance of less than 0.5 % (binomial).
        accused.Should().BeLessThanOrEqualTo(8);
    }

    [Fact]
    public void Diagnose_NotConclusive_HasNoCauseAndSaysWhy()
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, 300), Window(7, 60));

        diagnosis.IsConclusive.Should().BeFalse();
        diagnosis.Cause.Should().BeNull();
        diagnosis.Evidence.IsSufficient.Should().BeFalse();
        diagnosis.ToString().Should().StartWith("Don't know: ");
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(300, 5)]
    [InlineData(0, 0)]
    public void Diagnose_TooLittleToCompare_SaysSo(int normal, int suspect)
    {
        Diagnosis diagnosis = _analyzer.Diagnose(Window(1, normal), Window(2, suspect));

        diagnosis.IsConclusive.Should().BeFalse();
        diagnosis.Suspects.Should().BeEmpty();
        diagnosis.Evidence.Reasons[0].Should().Contain("traces");
    }

    [Fact]
    public void Diagnose_NormalWindowHoldsTheEndOfAnotherFault_StillFindsThisOne()
    {
        SpanTree[] normal = [.. Window(1, 280).Traces, .. Window(3, 20, new Fault { SlowWayTo = "store" }, from: 280).Traces];

        RootCauseBaseline baseline = _analyzer.Learn(new TelemetryWindow(normal));
        Diagnosis diagnosis = baseline.Diagnose(Window(2, 100, new Fault { SlowService = "price" }));

        baseline.OddBlocks.Should().BeInRange(1, 2);
        diagnosis.Suspects[0].Service.Should().Be("price");
    }

    [Fact]
    public void Diagnose_OrderOfTracesChanged_SaysTheSame()
    {
        TelemetryWindow normal = Window(1, 300), suspect = Window(2, 100, new Fault { SlowService = "data" });
        SpanTree[] shuffled = [.. suspect.Traces.Reverse()];

        Diagnosis one = _analyzer.Diagnose(normal, suspect), other = _analyzer.Diagnose(new TelemetryWindow([.. normal.Traces.Reverse()]), new TelemetryWindow(shuffled));

        other.Suspects.Select(item => item.Service).Should().Equal(one.Suspects.Select(item => item.Service));
        other.Suspects[0].Score.Should().BeApproximately(one.Suspects[0].Score, 1e-6);
    }

    [Fact]
    public void Diagnose_MetricsThatAreNoNumbers_AreLeftOut()
    {
        ServiceMetric[] odd = [new("price", "cpu", TimeSpan.Zero, double.NaN), new("price", "cpu", TimeSpan.Zero, -1), new(null!, "cpu", TimeSpan.Zero, 1), new("price", "cpu", TimeSpan.Zero, double.PositiveInfinity)];

        FluentActions.Invoking(() => _analyzer.Diagnose(new TelemetryWindow(Window(1, 100).Traces, odd), new TelemetryWindow(Window(2, 100).Traces, odd))).Should().NotThrow();
    }

    [Fact]
    public void Trigamma_KnownValues()
    {
        // pi^2/6 and pi^2/2 (Abramowitz and Stegun 6.4.1, 6.4.4).
        Prior.Trigamma(1).Should().BeApproximately(Math.PI * Math.PI / 6, 1e-7);
        Prior.Trigamma(0.5).Should().BeApproximately(Math.PI * Math.PI / 2, 1e-7);
        Prior.InverseTrigamma(Prior.Trigamma(3.7)).Should().BeApproximately(3.7, 1e-6);
    }

    private static TelemetryWindow Window(int seed, int traces, Fault? fault = null, int metrics = 0, int from = 0)
    {
        var random = new Random(seed);
        SpanTree[] trees = [.. Enumerable.Range(from, traces).Select(i => Trace(random, TimeSpan.FromSeconds(i), fault ?? new Fault()))];
        var readings = new List<ServiceMetric>();
        for (int minute = 0; minute < metrics; minute++)
        {
            foreach (string service in (string[])["front", "store", "price", "data"])
            {
                readings.Add(new ServiceMetric(service, "cpu", TimeSpan.FromMinutes(minute), 10 * Scatter(random) * (service == fault?.BusyService ? 8 : 1)));
            }
        }

        return new TelemetryWindow(trees, readings);
    }

    private static SpanTree Trace(Random random, TimeSpan start, Fault fault)
    {
        var spans = new List<SpanRecord>();
        ulong next = 1;
        (TimeSpan front, _) = Serve("front", 0, start);
        _ = front;
        return SpanTree.Build(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(spans));

        (TimeSpan End, bool Failed) Serve(string service, ulong parent, TimeSpan at)
        {
            ulong id = next++;
            int place = spans.Count;
            spans.Add(default);
            TimeSpan now = at + Work(service);
            bool failed = false;
            string[] callees = service switch
            {
                "front" => ["store", "price"],
                "data" or "audit" => [],
                _ => fault.ThenCalls is { } then ? ["data", then] : ["data"],
            };
            foreach (string callee in fault.ReturnsEarly == service ? [] : callees)
            {
                ulong client = next++;
                int clientPlace = spans.Count;
                spans.Add(default);
                double way = 0.3 * Scatter(random) * (fault.SlowWayTo == callee || fault.SlowWayFrom == service ? 20 : 1);
                (TimeSpan end, bool bad) = Serve(callee, client, now + TimeSpan.FromMilliseconds(way / 2));
                end += TimeSpan.FromMilliseconds(way / 2);
                spans[clientPlace] = new SpanRecord(client, id, service, $"call {callee}", now, end - now, bad);
                failed |= bad;
                now = end + Work(service);
                if (fault.AnswersBadly == callee && (fault.To ?? service) == service)
                {
                    break;
                }
            }

            bool own = fault.FailingService == service ? random.NextDouble() < 0.9 : random.NextDouble() < 0.01;
            failed |= own;
            spans[place] = new SpanRecord(id, parent, service, "serve", at, now - at, failed, failed ? 2 : 1);
            return (now, failed);
        }

        TimeSpan Work(string service) => TimeSpan.FromMilliseconds(2 * Scatter(random) * (fault.SlowService == service ? 4 : 1));
    }

    private static double Scatter(Random random) => Math.Exp(0.3 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));

    private sealed class Fault
    {
        public string? SlowService { get; init; }

        public string? SlowWayTo { get; init; }

        public string? SlowWayFrom { get; init; }

        public string? FailingService { get; init; }

        public string? ReturnsEarly { get; init; }

        public string? ThenCalls { get; init; }

        public string? AnswersBadly { get; init; }

        public string? To { get; init; }

        public string? BusyService { get; init; }
    }
}
