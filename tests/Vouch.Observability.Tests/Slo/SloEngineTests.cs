using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.Observability.Metrics;
using Vouch.Observability.Slo;
using Vouch.TestData;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Slo;

public sealed class SloEngineTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Evaluate_LiveEvents_FiresAsTheReplayDoes()
    {
        SloScenario scenario = SloScenario.Read("outage10m");
        using var engine = new SloEngine(new SloOptions { GuardEvents = 0 }, _time);
        SloTracker tracker = engine.Declare("99.9% over 30d");
        var changes = new List<AlertChange>();
        engine.AlertChanged += changes.Add;
        DateTimeOffset start = _time.GetUtcNow();

        foreach ((long total, long errors) in scenario.Minutes)
        {
            tracker.Record(good: total - errors, bad: errors);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        // The timer judged every minute; a page fires from minute 2880 to 2918, so it is first seen firing when minute 2880 has ended.
        int[] page = [.. changes.Where(change => change.Alert.Severity == AlertSeverity.Page).Select(change => (int)(change.At - start).TotalMinutes)];
        page.Min().Should().Be(2881);
        page.Max().Should().Be(2920);
        tracker.Status().Budget.Bad.Should().Be(scenario.Minutes.Sum(minute => minute.Errors));
    }

    [Fact]
    public void Evaluate_LateTimer_GivesWhatWasCountedToTheFirstOpenSlot()
    {
        using var engine = new SloEngine(new SloOptions { GuardEvents = 0 }, _time);
        SloTracker tracker = engine.Declare("90% over 30d", [new BurnRateAlert(AlertSeverity.Page, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), new Fraction(2, 1))]);
        tracker.Record(good: 0, bad: 10);
        _time.StepWallClock(TimeSpan.FromHours(-3));
        _time.Advance(TimeSpan.FromMinutes(4));

        AlertStatus alert = tracker.Status().Alerts[0];

        alert.LongWindow.Bad.Should().Be(10);
        alert.ShortWindow.Total.Should().Be(0);
        alert.State.Should().Be(AlertState.NoTraffic);
        tracker.Status().SilentFor.Should().Be(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void Feed_HistogramHandle_ComparesInTheThresholdsUnit()
    {
        using var registry = new MetricRegistry(null, _time);
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare("renders: 99% < 250ms over 1d");
        Histogram histogram = registry.Histogram("render.duration", "s");
        histogram.Feed(tracker);

        foreach (double seconds in (double[])[0.1, 0.2, 0.249999, 0.25, 3, double.NaN])
        {
            histogram.Record(seconds);
        }

        tracker.Status().Budget.Should().Match<ErrorBudget>(budget => budget.Total == 6 && budget.Bad == 3);
        FluentActions.Invoking(() => registry.Histogram("size", "By").Feed(tracker)).Should().Throw<ArgumentException>().WithMessage("'size' is in By*");
    }

    [Fact]
    public void Watch_Instrument_CountsByThresholdOrByClassifier()
    {
        using var meter = new Meter("Vouch.Tests.Watch");
        using var engine = new SloEngine(null, _time);
        SloTracker latency = engine.Declare("latency: 99% < 250ms over 1d");
        SloTracker success = engine.Declare("success: 99.9% over 1d");
        SloTracker wrong = engine.Declare("wrong: 99% < 5MB over 1d");
        engine.Watch(latency, meter.Name, "request.duration");
        engine.Watch(success, meter.Name, "requests", (_, tags) => tags.Length == 0 ? EventVerdict.Ignore : tags[0].Value is >= 500 ? EventVerdict.Bad : EventVerdict.Good);
        engine.Watch(wrong, meter.Name, "request.duration");
        System.Diagnostics.Metrics.Histogram<double> duration = meter.CreateHistogram<double>("request.duration", "s");
        System.Diagnostics.Metrics.Counter<long> requests = meter.CreateCounter<long>("requests");

        duration.Record(0.1);
        duration.Record(0.3);
        requests.Add(5, new KeyValuePair<string, object?>("status", 200));
        requests.Add(2, new KeyValuePair<string, object?>("status", 503));
        requests.Add(7);

        latency.Status().Budget.Should().Match<ErrorBudget>(budget => budget.Total == 2 && budget.Bad == 1);
        success.Status().Budget.Should().Match<ErrorBudget>(budget => budget.Total == 7 && budget.Bad == 2);
        wrong.Status().Budget.Total.Should().Be(0, "seconds are not compared with megabytes");
        FluentActions.Invoking(() => engine.Watch(success, meter.Name, "requests")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void CountFrom_Counters_CountsWhatCameSince()
    {
        using var registry = new MetricRegistry(null, _time);
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare("99% over 1d");
        Counter total = registry.Counter("requests");
        Counter bad = registry.Counter("failures");
        total.Add(100);
        bad.Add(50);
        tracker.CountFrom(total, bad);
        total.Add(10);
        bad.Add(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        total.Add(5);

        tracker.Status().Budget.Should().Match<ErrorBudget>(budget => budget.Total == 15 && budget.Bad == 1);
    }

    [Fact]
    public void CountFrom_SourceThatThrows_IsCountedAndCaughtUpWith()
    {
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare("99% over 1d");
        long total = 0;
        bool fails = false;
        tracker.CountFrom(() => fails ? throw new TimeoutException() : total, () => 0);
        fails = true;
        total = 10;
        _time.Advance(TimeSpan.FromMinutes(1));
        tracker.SourceFailures.Should().Be(1);
        fails = false;

        tracker.Status().Budget.Total.Should().Be(10);
    }

    [Fact]
    public void AlertChanged_ListenerThatThrows_DoesNotKeepOthersFromHearing()
    {
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare("99.9% over 30d");
        int heard = 0;
        engine.AlertChanged += _ => throw new InvalidOperationException();
        engine.AlertChanged += _ => heard++;
        tracker.Record(good: 0, bad: 1_000);
        _time.Advance(TimeSpan.FromMinutes(1));

        heard.Should().Be(4);
        tracker.Status().Alerts.Should().OnlyContain(alert => alert.State == AlertState.Firing && alert.Explanation.StartsWith("Fires: "));
    }

    [Theory]
    [InlineData("99% of 2m slices with 90% good over 1d", 1)]
    [InlineData("<= 1% of 2m slices with <= 10% bad over 1d", 1)]
    public void Record_TimeSlices_CountsSlices(string objective, int badSlices)
    {
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare(objective, []);

        // Slices of two minutes: 10 % bad (good by "at least 90 % good"), 11 % bad, silent.
        foreach ((long good, long bad) in ((long, long)[])[(50, 10), (40, 0), (89, 11), (0, 0), (0, 0), (0, 0)])
        {
            tracker.Record(good, bad);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        ErrorBudget budget = tracker.Status().Budget;
        budget.Total.Should().Be(2);
        budget.Bad.Should().Be(badSlices);
    }

    [Fact]
    public void Declare_Misfits_AreRefusedWithTheReason()
    {
        using var engine = new SloEngine(new SloOptions { MaxObjectives = 2 }, _time);
        engine.Declare("a: 99% over 30d");

        FluentActions.Invoking(() => engine.Declare("a: 99.5% over 30d")).Should().Throw<ArgumentException>().WithMessage("*named 'a' already*");
        FluentActions.Invoking(() => engine.Declare("b: 99% over 30d", [new BurnRateAlert(AlertSeverity.Page, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30), Fraction.One)]))
            .Should().Throw<ArgumentException>().WithMessage("*whole number of slots*");
        FluentActions.Invoking(() => engine.Declare("b: 99% over 1d", AlertTables.SreWorkbook)).Should().Throw<ArgumentException>().WithMessage("*longer than the objective's period*");
        engine.Declare("b: 90% over 30d").Unreachable.Should().ContainSingle().Which.Explanation.Should().Contain("cannot be");
        FluentActions.Invoking(() => engine.Declare("c: 99% over 30d")).Should().Throw<InvalidOperationException>();
        engine.Remove("a").Should().BeTrue();
        engine.Find("a").Should().BeNull();
        engine.Declare("c: 99% over 30d").Name.Should().Be("c");
    }

    [Fact]
    public void Report_TextAndJson_SayTheSame()
    {
        using var engine = new SloEngine(null, _time);
        SloTracker tracker = engine.Declare("checkout: 99.9% < 250ms over 30d");
        engine.Declare("idle: 99% over 7d");
        for (int i = 0; i < 100; i++)
        {
            tracker.Record(i < 30 ? 1_000.0 : 5);
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        SloReport report = engine.Report();
        string text = report.ToText();
        using var json = JsonDocument.Parse(report.ToJson());

        text.Should().Contain("checkout: >= 99.9% < 250ms over 30d").And.Contain("NOT met: 30 of 100 bad").And.Contain("[Firing] page 5m/1h > 14.4: Fires:").And.Contain("[NoTraffic]");
        JsonElement first = json.RootElement.GetProperty("objectives")[0];
        first.GetProperty("name").GetString().Should().Be("checkout");
        first.GetProperty("budget").GetProperty("bad").GetInt64().Should().Be(30);
        first.GetProperty("alerts")[0].GetProperty("state").GetString().Should().Be("Firing");
        json.RootElement.GetProperty("objectives")[1].GetProperty("budget").GetProperty("met").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void Observe_RealCountersOfSeveralProcesses_AreNoResets()
    {
        using var file = new GZipStream(File.OpenRead(SharedData.Require("observability/slo/nginx_counters.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        string[] names = reader.ReadLine()!.Split(',');
        var requests = new Dictionary<string, (CounterIncrease Counter, long First, long Last, long Sum)>();
        var handshakes = new CounterIncrease();
        var naive = new CounterIncrease();
        var perProcess = new Dictionary<string, (long First, long Last)>();
        long increase = 0;
        while (reader.ReadLine() is { } line)
        {
            Dictionary<string, string> row = names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second);
            long value = long.Parse(row["requests"], CultureInfo.InvariantCulture);
            (CounterIncrease counter, long first, _, long sum) = requests.GetValueOrDefault(row["zone"], (new CounterIncrease(), value, value, 0));
            requests[row["zone"]] = (counter, first, value, sum + counter.Observe(value));

            long shaken = long.Parse(row["ssl_handshakes"], CultureInfo.InvariantCulture);
            increase += handshakes.Observe(shaken, row["pid"]);
            naive.Observe(shaken);
            perProcess[row["pid"]] = (perProcess.TryGetValue(row["pid"], out (long First, long Last) seen) ? seen.First : shaken, shaken);
        }

        requests.Should().HaveCount(3);
        requests.Values.Should().OnlyContain(zone => zone.Sum == zone.Last - zone.First && zone.Counter.Resets == 0);
        naive.Resets.Should().Be(51, "taken for one counter it seems to fall");
        handshakes.Resets.Should().Be(0);
        increase.Should().Be(perProcess.Values.Sum(process => process.Last - process.First)).And.BePositive();
    }

    [Fact]
    public void Observe_CounterThatBeganAnew_CountsFromZero()
    {
        var counter = new CounterIncrease();

        long[] increases = [.. ((long[])[100, 150, 20, 25]).Select(value => counter.Observe(value))];

        increases.Should().Equal(0, 50, 20, 5);
        counter.Resets.Should().Be(1);
        for (int i = 0; i < 2_000; i++)
        {
            counter.Observe(1, $"pod-{i}");
        }

        counter.Forgotten.Should().Be(1_001);
    }
}
