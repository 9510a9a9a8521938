using System.Diagnostics;
using Vouch.Core.Exceptions;
using Vouch.Observability.Traces;

namespace Vouch.Observability.Tests.Traces;

public sealed class SpanTreeTests
{
    [Fact]
    public void ExclusiveTimes_OverlappingChildren_CountsTheirUnionOnce()
    {
        SpanTree tree = SpanTree.Build([Span(1, 0, 0, 100), Span(2, 1, 10, 30), Span(3, 1, 20, 40), Span(4, 1, 80, 10)]);

        Exclusive(tree).Should().Equal(100 - 50 - 10, 30, 40, 10);
    }

    [Fact]
    public void Build_ChildSticksOut_IsCutAndCounted()
    {
        SpanTree tree = SpanTree.Build([Span(1, 0, 0, 100), Span(2, 1, 90, 50), Span(3, 1, 200, 10), Span(4, 3, 205, 5)]);

        Exclusive(tree).Should().Equal(90, 10, 0, 0);
        tree.Defects.Should().Be(new TraceDefects(0, 0, 0, Clipped: 1, Outside: 2, 0, 0));
        tree.IsInside(3).Should().BeFalse();
    }

    [Fact]
    public void Build_ClockOfTheCalleeIsLate_ShiftMovesItAndAllBelow()
    {
        SpanRecord[] spans = [Span(1, 0, 0, 100), Span(2, 1, 60, 60, "other"), Span(3, 2, 70, 20, "other")];

        SpanTree shifted = SpanTree.Build(spans, ClockSkewRule.Shift);

        shifted.StartOf(1).Ticks.Should().Be(40);
        shifted.StartOf(2).Ticks.Should().Be(50);
        Exclusive(shifted).Should().Equal(40, 40, 20);
        shifted.Defects.Should().Be(new TraceDefects(0, 0, 0, 0, 0, Shifted: 1, 0));
        Exclusive(SpanTree.Build(spans)).Should().Equal(60, 20, 20);
    }

    [Fact]
    public void Build_OrphansDuplicatesAndCycles_AreCountedAndKept()
    {
        SpanTree tree = SpanTree.Build([Span(5, 6, 0, 10), Span(6, 5, 1, 5), Span(1, 0, 0, 100), Span(2, 99, 5, 500), Span(2, 1, 7, 3), Span(8, 8, 0, 1)]);

        tree.Root.Should().Be(2, "a root goes before orphans, however long");
        tree.Defects.Orphans.Should().Be(2);
        tree.Defects.Duplicates.Should().Be(1);
        tree.Defects.Cycles.Should().Be(1);
        tree.ParentOf(0).Should().Be(-1);
        tree.ParentOf(1).Should().Be(0);
    }

    [Fact]
    public void Build_BadSpans_SaysWhich()
    {
        FluentActions.Invoking(() => SpanTree.Build([])).Should().Throw<InputValidationException>();
        FluentActions.Invoking(() => SpanTree.Build([Span(1, 0, 0, 1), Span(0, 1, 0, 1)])).Should().Throw<InputValidationException>().Where(exception => exception.Location == "span 1");
        FluentActions.Invoking(() => SpanTree.Build([new SpanRecord(1, 0, null!, "o", default, default)])).Should().Throw<InputValidationException>();
        FluentActions.Invoking(() => SpanTree.Build([new SpanRecord(1, 0, "s", "o", TimeSpan.MaxValue, TimeSpan.MaxValue)])).Should().Throw<InputValidationException>();
    }

    [Fact]
    public void CriticalPath_HundredThousandDeepAndWide_DoesNotRecurse()
    {
        SpanRecord[] deep = [.. Enumerable.Range(0, 100_000).Select(i => Span((ulong)i + 1, (ulong)i, i, 1_000_000 - i))];
        SpanRecord[] wide = [Span(1, 0, 0, 100_000), .. Enumerable.Range(0, 100_000).Select(i => Span((ulong)i + 2, 1, i, 1))];

        SpanTree.Build(deep).CriticalPath().Should().HaveCount(100_000);
        SpanTree.Build(wide).CriticalPath().Sum(span => span.Exclusive.Ticks).Should().Be(100_000);
    }

    [Fact]
    public void CriticalPath_RandomTraces_AddsUpAndLiesWithinExclusiveTimes()
    {
        var random = new Random(17);
        for (int round = 0; round < 300; round++)
        {
            SpanTree tree = Sequential(random);

            IReadOnlyList<CriticalSpan> path = tree.CriticalPath();

            path.Sum(span => span.Exclusive.Ticks).Should().Be(tree.Duration.Ticks, "siblings run one after the other");
            path[0].Span.Should().Be(tree.Root);
            path.Select(span => span.Span).Should().OnlyHaveUniqueItems();
        }
    }

    [Fact]
    public void Build_AnyArray_NeverThrowsAnythingElseAndStaysWithinBounds()
    {
        var random = new Random(23);
        for (int round = 0; round < 3_000; round++)
        {
            int count = random.Next(1, 25);
            SpanRecord[] spans = [.. Enumerable.Range(0, count).Select(_ => new SpanRecord(
                (ulong)random.Next(0, count + 2), (ulong)random.Next(0, count + 3), $"s{random.Next(3)}", "o", new TimeSpan(random.Next(-50, 50)), new TimeSpan(random.Next(-5, 60))))];
            foreach (ClockSkewRule rule in Enum.GetValues<ClockSkewRule>())
            {
                SpanTree tree;
                try
                {
                    tree = SpanTree.Build(spans, rule);
                }
                catch (InputValidationException)
                {
                    continue;
                }

                long[] exclusive = Exclusive(tree);
                bool holds = Enumerable.Range(0, count).All(i => exclusive[i] >= 0 && exclusive[i] <= tree.Length(i).Ticks)
                    && tree.CriticalPath().All(span => span.Exclusive >= TimeSpan.Zero && span.Exclusive <= tree.Length(span.Span))
                    && tree.WhatIf(tree.Type, 1) == tree.Duration
                    && tree.WhatIf(tree.Type, 0.5) <= tree.Duration;
                Assert.True(holds, string.Join("; ", spans));
            }
        }
    }

    [Fact]
    public void WhatIf_SequentialAndParallel_SavesOnlyWhatIsWaitedFor()
    {
        // 10 own, a 40, 10 own, b 30 beside c 20, 10 own.
        SpanTree tree = SpanTree.Build([Span(1, 0, 0, 100), Span(2, 1, 10, 40, operation: "a"), Span(3, 1, 60, 30, operation: "b"), Span(4, 1, 60, 20, operation: "c")]);

        tree.WhatIf(new Operation("s", "a"), 0.5).Ticks.Should().Be(80);
        tree.WhatIf(new Operation("s", "b"), 0.5).Ticks.Should().Be(90, "then c is waited for");
        tree.WhatIf(new Operation("s", "c"), 0).Ticks.Should().Be(100, "nobody waits for c");
        tree.WhatIf(new Operation("s", "o"), 2).Ticks.Should().Be(130);
        tree.WhatIf(new Operation("s", "nothing"), 0).Ticks.Should().Be(100);
        FluentActions.Invoking(() => tree.WhatIf(tree.Type, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void FromActivity_W3C_KeepsIdsTimesAndStatus()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == nameof(SpanTreeTests), Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(SpanTreeTests));
        using Activity parent = source.StartActivity("parent")!;
        Activity child = source.StartActivity("child")!;
        child.AddEvent(new ActivityEvent("log"));
        child.SetStatus(ActivityStatusCode.Error);
        child.Stop();
        parent.Stop();

        SpanTree tree = SpanTree.Build([SpanRecord.FromActivity(child, "me"), SpanRecord.FromActivity(parent, "me")]);

        tree.Root.Should().Be(1);
        tree.ParentOf(0).Should().Be(1);
        tree.Spans[0].Should().BeEquivalentTo(new { IsError = true, LogLines = 1, Operation = "child", child.Duration });
        tree.Spans[0].Id.ToString("x16").Should().Be(child.SpanId.ToHexString());
    }

    private static SpanTree Sequential(Random random)
    {
        var spans = new List<SpanRecord> { Span(1, 0, 0, 10_000) };
        for (int parent = 0; parent < spans.Count && spans.Count < 60; parent++)
        {
            long at = spans[parent].Start.Ticks, end = at + spans[parent].Duration.Ticks;
            while (random.Next(3) > 0 && at < end)
            {
                long begin = random.NextInt64(at, end), stop = random.NextInt64(begin, end);
                spans.Add(Span((ulong)spans.Count + 1, spans[parent].Id, begin, stop - begin));
                at = stop + 1;
            }
        }

        return SpanTree.Build(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(spans));
    }

    private static long[] Exclusive(SpanTree tree)
    {
        var times = new TimeSpan[tree.Spans.Length];
        tree.ExclusiveTimes(times);
        return [.. times.Select(time => time.Ticks)];
    }

    private static SpanRecord Span(ulong id, ulong parent, long start, long duration, string service = "s", string operation = "o") =>
        new(id, parent, service, operation, new TimeSpan(start), new TimeSpan(duration));
}
