using Vouch.AnomalyDetection.Alarms;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;
using Vouch.Core.Exceptions;

namespace Vouch.AnomalyDetection.Tests.Series;

public class SeriesRegistryTests
{
    [Fact]
    public void ObserveBatch_OnAnyNumberOfThreads_AnswersLikeSingleDetectors()
    {
        const int Count = 3_000;
        const int Rows = 300;
        double[][] values = [.. Enumerable.Range(0, Rows).Select(row => Streams.Normal(Count, row))];
        values[250][1_777] = 50;
        var single = new SeriesRegistry();
        var batch = new SeriesRegistry();
        int[] one = [.. Enumerable.Range(0, Count).Select(i => single.GetOrAdd($"series {i}"))];
        int[] many = [.. Enumerable.Range(0, Count).Select(i => batch.GetOrAdd($"series {i}"))];
        var detector = new StreamingDetector();
        var results = new Observation[2][] { new Observation[Count], new Observation[Count] };
        for (int row = 0; row < Rows; row++)
        {
            single.ObserveBatch(one, Streams.At(row), values[row], results[0]);
            batch.ObserveBatch(many, Streams.At(row), values[row], results[1], threads: 1 + (row % 5));

            results[1].Should().Equal(results[0]);
            results[0][1_777].Should().Be(detector.Observe(Streams.At(row), values[row][1_777]));
        }

        results[0][1_777].State.Should().NotBe(AnomalyState.Normal);
    }

    [Fact]
    public void Snapshot_Loaded_GoesOnAsIfNothingHadHappened()
    {
        var registry = new SeriesRegistry();
        double[] values = Streams.Normal(1_000, 3);
        for (int i = 0; i < 500; i++)
        {
            registry.Observe("a", Streams.At(i), values[i]);
            registry.Observe("b", Streams.At(i), 100 * values[^(i + 1)]);
        }

        using var stream = new MemoryStream();
        registry.Save(stream);
        stream.Position = 0;
        SeriesRegistry loaded = SeriesRegistry.Load(stream);

        loaded.Count.Should().Be(2);
        for (int i = 500; i < 1_000; i++)
        {
            loaded.Observe("a", Streams.At(i), values[i]).Should().Be(registry.Observe("a", Streams.At(i), values[i]));
        }
    }

    [Fact]
    public void Load_Damaged_IsRefusedAndSaysWhere()
    {
        var registry = new SeriesRegistry();
        registry.Observe("a", Streams.Start, 1);
        using var stream = new MemoryStream();
        registry.Save(stream);
        byte[] good = stream.ToArray();
        byte[] damaged = [.. good];
        damaged[100] ^= 1;

        Loading(damaged).Should().Throw<InputValidationException>().WithMessage("*checksum*");
        Loading(good[..^20]).Should().Throw<InputValidationException>().WithMessage("*cut short*");
        Loading([1, 2, 3, 4, 5, 6, 7, 8]).Should().Throw<InputValidationException>().WithMessage("*magic*");
        FluentActions.Invoking(() => SeriesRegistry.Load(new MemoryStream(good), new DetectorOptions { Season = SeasonMode.Week }))
            .Should().Throw<InputValidationException>().WithMessage("*season*");
    }

    [Fact]
    public void Load_OtherOptions_IsRefusedOrKeptOrRemadeAsAsked()
    {
        var registry = new SeriesRegistry();
        double[] values = Streams.Normal(600, 5);
        for (int i = 0; i < values.Length; i++)
        {
            registry.Observe("a", Streams.At(i), values[i]);
        }

        using var stream = new MemoryStream();
        registry.Save(stream);
        byte[] data = stream.ToArray();
        var stricter = new DetectorOptions { FalseAlarmBudget = 0.1 };
        var weekly = new DetectorOptions { Season = SeasonMode.Week };
        SeriesRegistry Load(DetectorOptions options, OptionsMismatch mismatch) => SeriesRegistry.Load(new MemoryStream(data), options, feed: null, mismatch);

        FluentActions.Invoking(() => Load(stricter, OptionsMismatch.Refuse)).Should().Throw<InputValidationException>().WithMessage("*options*OptionsMismatch.Keep*");
        FluentActions.Invoking(() => Load(weekly, OptionsMismatch.Keep)).Should().Throw<InputValidationException>().WithMessage("*season*Remake*");
        FluentActions.Invoking(() => Load(weekly, (OptionsMismatch)9)).Should().Throw<ArgumentOutOfRangeException>();
        Load(new DetectorOptions(), OptionsMismatch.Refuse).GetHealth().WarmingUp.Should().Be(0, "equal options are no mismatch");
        Load(stricter, OptionsMismatch.Keep).Observe("a", Streams.At(600), 40).IsAlarm.Should().BeTrue("what was learnt is there");
        SeriesRegistry anew = Load(weekly, OptionsMismatch.Remake);
        anew.Count.Should().Be(1);
        anew.Observe("a", Streams.At(600), 40).State.Should().Be(AnomalyState.WarmingUp);
    }

    [Fact]
    public async Task Observe_Alarm_ComesThroughTheFeedAndIsAcknowledged()
    {
        var registry = new SeriesRegistry();
        await using IAsyncEnumerator<AnomalyEvent> reader = registry.Alarms.ReadAllAsync().GetAsyncEnumerator();
        ValueTask<bool> next = reader.MoveNextAsync();
        double[] values = [.. Enumerable.Range(0, 300).Select(i => 10.0 + (i % 7))];
        for (int i = 0; i < values.Length; i++)
        {
            registry.Observe("latency", Streams.At(i), values[i]);
        }

        registry.Observe("latency", Streams.At(300), 99);

        (await next).Should().BeTrue();
        reader.Current.Should().Match<AnomalyEvent>(alarm => alarm.Series == "latency" && alarm.Value == 99 && alarm.Id == 1);
        reader.Current.ToString().Should().Contain("Critical").And.Contain("99");
        registry.Acknowledge(1, falsePositive: true).Should().BeTrue();
        registry.Acknowledge(2, falsePositive: true).Should().BeFalse();
        registry.GetHealth().Should().Match<RegistryHealth>(health => health.Alarms == 1 && health.FalseAlarms == 1 && health.Series == 1 && health.Observations == 301 && health.IsHealthy);
    }

    [Fact]
    public void Suppress_KeepsBackByPrefixAndTime()
    {
        var feed = new AlarmFeed();
        feed.Suppress("canary/", Streams.Start, Streams.At(10));
        var alarm = new AnomalyEvent(1, "canary/latency", Streams.At(5), 1, default);

        feed.Publish(alarm).Should().BeFalse();
        feed.Publish(alarm with { Series = "other" }).Should().BeTrue();
        feed.Publish(alarm with { Time = Streams.At(10) }).Should().BeTrue();
        feed.Suppressed.Should().Be(1);
    }

    [Fact]
    public void Tick_SilentSeries_AlarmOnceEach()
    {
        var registry = new SeriesRegistry(new DetectorOptions { SilenceAfter = TimeSpan.FromMinutes(30) });
        for (int i = 0; i < 10; i++)
        {
            registry.Observe("a", Streams.At(i), 1);
            registry.Observe("b", Streams.At(i + 5), 1);
        }

        registry.Tick(Streams.At(16)).Should().Be(1);
        registry.Tick(Streams.At(17)).Should().Be(1);
        registry.Tick(Streams.At(40)).Should().Be(2);
        registry.GetHealth().Should().Match<RegistryHealth>(health => health.Alarms == 2 && health.Silent == 2 && !health.IsHealthy);
    }

    [Fact]
    public void EvictIdle_Forgets_AndReusesTheNumber()
    {
        var registry = new SeriesRegistry();
        registry.Observe("old", Streams.Start, 1);
        int number = registry.GetOrAdd("old");
        registry.Observe("new", Streams.At(100), 1);

        registry.EvictIdle(Streams.At(50)).Should().Be(1);

        registry.Count.Should().Be(1);
        registry.Invoking(it => it.Observe(number, Streams.At(101), 1)).Should().Throw<ArgumentOutOfRangeException>();
        registry.GetOrAdd("third").Should().Be(number);
        registry.Observe("third", Streams.At(101), 5).State.Should().Be(AnomalyState.WarmingUp);
    }

    [Fact]
    public void WarmStart_LearnsWithoutAlarms()
    {
        var registry = new SeriesRegistry();
        double[] values = Streams.Normal(500, 6);
        values[200] = 1_000;

        registry.WarmStart("a", values.Select((value, i) => KeyValuePair.Create(Streams.At(i), value))).Should().Be(500);

        registry.GetHealth().Alarms.Should().Be(0);
        registry.Observe("a", Streams.At(700), 2_500_000).IsAlarm.Should().BeTrue();
    }

    [Fact]
    public void FleetBudget_IsSharedByTheSeries()
    {
        var alone = new SeriesRegistry(new DetectorOptions { FleetFalseAlarmBudget = 1 });
        var crowded = new SeriesRegistry(new DetectorOptions { FleetFalseAlarmBudget = 1 });
        for (int i = 0; i < 100_000; i++)
        {
            crowded.GetOrAdd($"other {i}");
        }

        double[] values = Streams.Normal(20_000, 12);
        int few = 0;
        int many = 0;
        for (int i = 0; i < values.Length; i++)
        {
            many += alone.Observe("a", Streams.At(i), values[i]).IsAlarm ? 1 : 0;
            few += crowded.Observe("a", Streams.At(i), values[i]).IsAlarm ? 1 : 0;
        }

        few.Should().BeLessThan(many);
        crowded.Observe("a", Streams.At(values.Length + 200), 1e4).IsAlarm.Should().BeTrue();
    }

    [Fact]
    public void State_OfASeries_IsAsSmallAsPromised()
    {
        System.Runtime.CompilerServices.Unsafe.SizeOf<SeriesState>().Should().BeLessThanOrEqualTo(256);
        Bytes(SeasonMode.None).Should().BeLessThanOrEqualTo(264, "state and a reference to the name");
        Bytes(SeasonMode.Day).Should().BeLessThanOrEqualTo(340);
        Bytes(SeasonMode.Auto).Should().BeLessThanOrEqualTo(390, "with the days of the week");
        Bytes(SeasonMode.Week).Should().BeLessThanOrEqualTo(1_024);

        static double Bytes(SeasonMode season)
        {
            var registry = new SeriesRegistry(new DetectorOptions { Season = season });
            for (int i = 0; i < 1_024; i++)
            {
                registry.GetOrAdd($"{i}");
            }

            return registry.GetHealth().StateBytes / 1_024.0;
        }
    }

    [Fact]
    public void Options_ModeWithAForest_IsRefused() =>
        FluentActions.Invoking(() => new SeriesRegistry(new DetectorOptions { Mode = DetectionMode.Ensemble })).Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>().WithMessage("*Mode*");

    private static Action Loading(byte[] data) => () => SeriesRegistry.Load(new MemoryStream(data));
}
