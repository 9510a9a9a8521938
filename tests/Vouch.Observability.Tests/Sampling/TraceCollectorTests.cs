using System.Diagnostics;
using Vouch.Observability.Sampling;
using Vouch.Observability.Traces;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Sampling;

public sealed class TraceCollectorTests : IDisposable
{
    // A source of its own per test: listeners see the sources of all tests that run beside it.
    private readonly ActivitySource _source = new($"{nameof(TraceCollectorTests)} {Guid.NewGuid()}");
    private readonly List<SampledTrace<CollectedTrace>> _kept = [];

    [Fact]
    public void Stopped_RootEnds_DeliversTheWholeTrace()
    {
        using var collector = new TraceCollector(new AllSampler(), _kept.Add, Options());

        Trace(failing: false);

        SampledTrace<CollectedTrace> kept = _kept.Should().ContainSingle().Subject;
        kept.Weight.Should().Be(1);
        kept.Summary.Should().BeEquivalentTo(new { Type = "root", HasError = false });
        SpanTree tree = kept.Trace.ToSpanTree(_ => "me");
        tree.Type.Should().Be(new Operation("me", "root"));
        tree.Spans.Length.Should().Be(2);
        tree.Defects.Orphans.Should().Be(0);
        collector.OpenTraces.Should().Be(0);
    }

    [Fact]
    public void ErrorBased_ErrorDeepDown_IsKeptAfterTheRootEnded()
    {
        using var collector = new TraceCollector(new ErrorBasedSampler(1.0 / ConsistentThreshold.Range), _kept.Add, Options());

        Trace(failing: false);
        Trace(failing: true);
        Trace(failing: false);

        _kept.Should().ContainSingle().Which.Summary.HasError.Should().BeTrue();
    }

    [Fact]
    public void None_Any_RecordsNothing()
    {
        using var collector = new TraceCollector(new NoneSampler(), _kept.Add, Options());

        using (Activity? root = _source.StartActivity("root"))
        {
            root!.IsAllDataRequested.Should().BeFalse();
        }

        _kept.Should().BeEmpty();
    }

    [Fact]
    public void Random_Head_DecidesByTheTraceIdAndStatesItsThreshold()
    {
        using var collector = new TraceCollector(new RandomSampler(0.5), _kept.Add, Options());
        int expected = 0;

        for (int i = 0; i < 400; i++)
        {
            using Activity root = _source.StartActivity("root")!;
            bool keeps = ConsistentThreshold.Of(0.5).Keeps(ConsistentThreshold.RandomnessOf(root.TraceId));
            expected += keeps ? 1 : 0;
            root.Recorded.Should().Be(keeps);
            root.TraceStateString.Should().Be(keeps ? "ot=th:8" : null);
        }

        _kept.Should().HaveCount(expected).And.OnlyContain(kept => kept.Weight == 2);
    }

    [Fact]
    public void Adaptive_Budget_HoldsForTheWindow()
    {
        var windows = new List<SampledWindow<CollectedTrace>>();
        var time = new ManualTimeProvider();
        var sampler = new AdaptiveSampler<CollectedTrace>(windows.Add, new AdaptiveSamplerOptions { Budget = 20 }, time);
        using var collector = new TraceCollector(sampler, Options());

        for (int i = 0; i < 500; i++)
        {
            Trace(failing: i == 250);
        }

        sampler.Flush();
        windows.Should().ContainSingle();
        windows[0].Kept.Should().HaveCount(20).And.ContainSingle(kept => kept.Summary.HasError);
    }

    [Fact]
    public void Started_TooManyOpen_DropsTheOldestAndCounts()
    {
        TraceCollectorOptions options = Options();
        options.MaxOpenTraces = 3;
        using var collector = new TraceCollector(new AllSampler(), _kept.Add, options);
        Activity[] roots = [.. Enumerable.Range(0, 5).Select(_ =>
        {
            Activity.Current = null;
            return _source.StartActivity("root")!;
        })];

        Array.ForEach(roots, root => root.Stop());

        collector.DroppedTraces.Should().Be(2);
        collector.LateSpans.Should().Be(2);
        _kept.Should().HaveCount(3);
    }

    [Fact]
    public void Stopped_TooManySpans_KeepsTheRootAndCountsTheRest()
    {
        TraceCollectorOptions options = Options();
        options.MaxSpansPerTrace = 10;
        using var collector = new TraceCollector(new AllSampler(), _kept.Add, options);

        using (_source.StartActivity("root"))
        {
            for (int i = 0; i < 100; i++)
            {
                _source.StartActivity("child")!.Stop();
            }
        }

        collector.DroppedSpans.Should().Be(90);
        _kept[0].Trace.Activities.Should().HaveCount(11);
    }

    [Fact]
    public void SlowLimits_StationaryDurations_MarkTheirShare()
    {
        var limits = new SlowLimits(0.99, 10);
        var random = new Random(31);

        int slow = Enumerable.Range(0, 50_000).Count(_ => limits.IsSlow("t", TimeSpan.FromMilliseconds(10 * Math.Exp(random.NextDouble() + random.NextDouble()))));

        slow.Should().BeInRange(300, 900, "about one in a hundred");
        limits.IsSlow("t", TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    public void Dispose() => _source.Dispose();

    private TraceCollectorOptions Options() => new() { Sources = { _source.Name } };

    private void Trace(bool failing)
    {
        Activity.Current = null;
        using Activity root = _source.StartActivity("root")!;
        using Activity? child = _source.StartActivity("child");
        child?.SetStatus(failing ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
    }
}
