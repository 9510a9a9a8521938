using System.Diagnostics.Metrics;
using Vouch.Observability.Metrics;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Metrics;

public sealed class MetricRegistryTests
{
    [Fact]
    public void Handles_OfTheSameTagsInAnyOrder_AreTheSame()
    {
        using var registry = new MetricRegistry();

        Counter counter = registry.Counter("jobs", new("pool", "spot"), new("tier", 2), new("ok", true));
        Counter same = registry.Counter(new string("jobs"), new("ok", true), new(new string("pool"), new string("spot")), new("tier", 2));
        Counter other = registry.Counter("jobs", new("pool", "spot"), new("tier", "2"), new("ok", true));

        same.Should().BeSameAs(counter);
        other.Should().NotBeSameAs(counter, "the number 2 is not the text 2");
        registry.Count.Should().Be(2);
    }

    [Fact]
    public void Record_ByNameAndByHandle_MeetInTheSameSeries()
    {
        using var registry = new MetricRegistry();
        registry.Add("jobs", 3, new KeyValuePair<string, object?>("pool", "spot"));
        registry.Counter("jobs", new KeyValuePair<string, object?>("pool", "spot")).Add(2);
        registry.Counter("jobs", new KeyValuePair<string, object?>("pool", "spot")).Add(0.5);
        registry.Set("queue", 7);
        registry.Gauge("queue").Add(-2);
        registry.Record("latency", 0.25);
        registry.Histogram("latency").Record(0.75);

        registry.Counter("jobs", new KeyValuePair<string, object?>("pool", "spot")).Value.Should().Be(5.5);
        registry.Counter("jobs", new KeyValuePair<string, object?>("pool", "spot")).WholeValue.Should().Be(5);
        registry.Gauge("queue").Value.Should().Be(5);
        registry.Histogram("latency").Sum.Should().Be(1);
        registry.Histogram("latency").ToSketch().Quantile(1).Value.Should().Be(0.75);
    }

    [Fact]
    public void Counter_StepsThatDoNotGrow_AreLeftOut()
    {
        using var registry = new MetricRegistry();
        Counter counter = registry.Counter("jobs");
        counter.Add(-5);
        counter.Add(-0.5);
        counter.Add(double.NaN);
        counter.Add(double.PositiveInfinity);
        counter.Add(2);

        counter.Value.Should().Be(2);
    }

    [Fact]
    public void Series_PastTheLimits_GoToVisibleOverflow()
    {
        using var registry = new MetricRegistry(new MetricRegistryOptions { MaxMetrics = 2, MaxSeriesPerMetric = 10 });
        for (int i = 0; i < 1_000; i++)
        {
            registry.Add("jobs", 1, new KeyValuePair<string, object?>("user", i));
            registry.Record("latency", i, new KeyValuePair<string, object?>("user", i));
            registry.Add($"name{i}", 1);
            registry.Set($"gauge{i}", 1);
        }

        MetricsSnapshot snapshot = registry.Snapshot();

        registry.Count.Should().Be(24, "2 metrics of 10 series and their overflow, and one overflow metric per kind that met the limit");
        snapshot.Overflowed.Should().Be(990 + 990 + 1_000 + 1_000);
        snapshot.Points.Where(point => point.Series.Name == "jobs").Sum(point => point.Value).Should().Be(1_000, "nothing is lost");
        MetricPoint overflow = snapshot.Points.Single(point => point.Series.Name == "jobs" && point.Series.IsOverflow);
        overflow.Value.Should().Be(990);
        overflow.Series.Tags.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, object?>("otel.metric.overflow", true));
        snapshot.Points.Where(point => point.Series.Name == "latency").Sum(point => point.Distribution!.Count).Should().Be(1_000);
        snapshot.Points.Single(point => point.Series.Name == "otel.metric.overflow.counter").Value.Should().Be(1_000);
    }

    [Fact]
    public void Series_OfAnotherKind_IsRefused()
    {
        using var registry = new MetricRegistry();
        registry.Counter("jobs").Add();

        FluentActions.Invoking(() => registry.Gauge("jobs")).Should().Throw<ArgumentException>().WithMessage("'jobs' is a Counter, not a Gauge.*");
        FluentActions.Invoking(() => registry.Record("jobs", 1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => registry.Counter(" ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => registry.Counter("x", new KeyValuePair<string, object?>("", 1))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        using var registry = new MetricRegistry();
        Counter counter = registry.Counter("jobs");
        Gauge gauge = registry.Gauge("queue");

        // More threads than own numbers are given to: some of them share a cell.
        Thread[] threads = [.. Enumerable.Range(0, 100).Select(thread => new Thread(() =>
        {
            for (int i = 1; i <= 1_000; i++)
            {
                counter.Add();
                gauge.Add(1);
                registry.Record("latency", i, new KeyValuePair<string, object?>("even", i % 2 == 0));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        counter.WholeValue.Should().Be(100_000);
        gauge.Value.Should().Be(100_000);
        Histogram even = registry.Histogram("latency", null, new KeyValuePair<string, object?>("even", true));
        even.ToSketch().Count.Should().Be(50_000);
        even.Sum.Should().Be(100 * 250_500);
    }

    [Fact]
    public void Record_SteadyState_AllocatesNothing()
    {
        using var registry = new MetricRegistry();
        Counter counter = registry.Counter("jobs");
        Histogram histogram = registry.Histogram("latency", "s");

        Allocations.Of(Run, times: 1).Should().Be(0);

        void Run()
        {
            for (int i = 1; i < 5_000; i++)
            {
                counter.Add();
                histogram.Record(i);
                registry.Record("latency", i, new("pool", "spot"), new("tier", "gold"), new("region", "north"));
                registry.Set("queue", i, new KeyValuePair<string, object?>("pool", "spot"));
                registry.Add("jobs", 1, new("pool", "spot"), new("tier", "gold"));
            }
        }
    }

    [Fact]
    public void Summary_TimePasses_AnswersForTheWindow()
    {
        var time = new ManualTimeProvider();
        using var registry = new MetricRegistry(new MetricRegistryOptions { Window = TimeSpan.FromMinutes(10), WindowSlices = 10 }, time);
        Summary summary = registry.Summary("latency", "s");

        // Minute m records the value m + 1, sixty times: the window holds whole minutes, the slow obvious way to say what it should answer.
        for (int minute = 0; minute < 40; minute++)
        {
            for (int second = 0; second < 60; second++)
            {
                summary.Record(minute + 1);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            // The wall clock is none of the window's business.
            time.StepWallClock(TimeSpan.FromHours(minute % 2 == 0 ? 5 : -5));
            SlidingWindow window = summary.Window();
            double[] expected = [.. Enumerable.Range(0, minute + 1).TakeLast(10).Select(m => m + 1.0)];
            window.Values.Count.Should().Be(60 * expected.Length);
            window.Covered.Should().Be(TimeSpan.FromMinutes(expected.Length));
            summary.Quantile(0.5).Value.Should().BeApproximately(expected[((expected.Length + 1) / 2) - 1], 0.4);
            summary.Quantile(1).Upper.Should().BeGreaterThanOrEqualTo(expected[^1]);
        }

        time.Advance(TimeSpan.FromMinutes(30));
        summary.Window().Values.Count.Should().Be(0);
        summary.ToSketch().Count.Should().Be(2_400);
    }

    [Fact]
    public void Listen_InstrumentsOfAMeter_AreTakenIn()
    {
        using var registry = new MetricRegistry();
        using var meter = new Meter("Vouch.Tests.Listen");
        using IDisposable listening = registry.Listen("Vouch.Tests.Listen");
        System.Diagnostics.Metrics.Counter<int> counter = meter.CreateCounter<int>("jobs");
        System.Diagnostics.Metrics.Histogram<double> histogram = meter.CreateHistogram<double>("duration", "ms");
        UpDownCounter<long> queue = meter.CreateUpDownCounter<long>("queue");
        meter.CreateObservableCounter("seen", () => 42L);
        meter.CreateObservableGauge("load", () => 0.5);
        meter.CreateObservableGauge("broken", double () => throw new InvalidOperationException());

        counter.Add(2, new KeyValuePair<string, object?>("pool", "spot"));
        histogram.Record(12.5);
        queue.Add(5);
        queue.Add(-2);
        MetricsSnapshot snapshot = registry.Snapshot();

        Point("jobs").Value.Should().Be(2);
        Point("jobs").Series.Tags.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, object?>("pool", "spot"));
        Point("duration").Distribution!.Quantile(0.5).Value.Should().Be(12.5);
        Point("duration").Series.Unit.Should().Be("ms");
        Point("queue").Value.Should().Be(3);
        Point("seen").Value.Should().Be(42);
        Point("load").Value.Should().Be(0.5);
        registry.ObservationFailures.Should().Be(1);

        MetricPoint Point(string name) => snapshot.Points.Single(point => point.Series.Name == "Vouch.Tests.Listen/" + name);
    }

    [Fact]
    public void Listen_Disposed_TakesNothingMore()
    {
        using var registry = new MetricRegistry();
        using var meter = new Meter("Vouch.Tests.Unlisten");
        System.Diagnostics.Metrics.Counter<long> counter = meter.CreateCounter<long>("jobs");
        using (registry.Listen("Vouch.Tests.Unlisten"))
        {
            counter.Add(1);
        }

        counter.Add(1);

        registry.Snapshot().Points.Should().ContainSingle().Which.Value.Should().Be(1);
    }
}
