using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

public class StreamingDetectorTests
{
    [Fact]
    public void Observe_Spike_AlarmsOnceAndRecovers()
    {
        var detector = new StreamingDetector();
        double[] values = Streams.Normal(1_500, 3);
        values[1_200] = 30;

        Observation[] answers = Run(detector, values);

        answers[1_200].IsAlarm.Should().BeTrue();
        answers[1_200].State.Should().Be(AnomalyState.Anomalous);
        answers[1_200].Severity.Should().Be(AnomalySeverity.Critical);
        answers[1_200].Reasons.Should().HaveFlag(AnomalyReasons.Spike);
        answers[1_200].Since.Should().Be(Streams.At(1_200));
        answers[1_200].Upper.Should().BeLessThan(30);
        answers[1_201..1_300].Should().NotContain(answer => answer.IsAlarm);
        answers[1_201].State.Should().Be(AnomalyState.StillAnomalous);
        answers[1_210].State.Should().Be(AnomalyState.Recovered);
        answers[1_310].State.Should().Be(AnomalyState.Normal);
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(0, 10)]
    [InlineData(1e6, 1)]
    public void Observe_StepOrUnitChange_AlarmsOnceAndIsRelearnt(double step, double factor)
    {
        int once = 0;
        int relearnt = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var detector = new StreamingDetector();
            double[] values = [.. Streams.Normal(3_200, 100 + seed).Select((value, i) => i < 2_000 ? 50 + value : ((50 + value) * factor) + step)];

            Observation[] answers = Run(detector, values);

            answers[2_000..].Count(answer => answer.IsAlarm).Should().BeLessThanOrEqualTo(1);
            once += answers[2_000..].Count(answer => answer.IsAlarm) == 1 ? 1 : 0;
            relearnt += answers[2_000..].Any(answer => answer.State == AnomalyState.Relearning) ? 1 : 0;
        }

        once.Should().BeGreaterThanOrEqualTo(17);
        relearnt.Should().BeGreaterThanOrEqualTo(17);
    }

    /// <summary>An event lasts until its values have been back for a quarter of the event length, or until its level is learnt: whatever it does meanwhile is no other event.</summary>
    [Theory]
    [InlineData("spread x 10", 0.75)]
    [InlineData("spread x 4", 0.85)]
    [InlineData("ramp", 0.8)]
    [InlineData("stairs", 0.8)]
    public void Observe_LongEvent_RaisesOneAlarm(string kind, double least)
    {
        int once = 0;
        int never = 0;
        const int Series = 60;
        for (int seed = 0; seed < Series; seed++)
        {
            double[] values = [.. Streams.Normal(4_000, 700 + seed).Select((value, i) => i < 2_000 ? value : kind switch
            {
                "spread x 10" => 10 * value,
                "spread x 4" => 4 * value,
                "ramp" => value + ((i - 2_000) * 0.05),
                _ => value + (10 * Math.Min(5, 1 + ((i - 2_000) / 60))),
            })];

            int alarms = Alarms(Run(new StreamingDetector(), values)).Count(static row => row >= 2_000);

            once += alarms == 1 ? 1 : 0;
            never += alarms == 0 ? 1 : 0;
        }

        (once / (double)Series).Should().BeGreaterThanOrEqualTo(least);
        (never / (double)Series).Should().BeLessThanOrEqualTo(0.12);
    }

    [Fact]
    public void Observe_ValueUsualAtNoon_AlarmsAtNight()
    {
        // A plateau of the day reached at four in the morning is no new extreme of the values: only the season tells.
        var random = new Random(5);
        var detector = new StreamingDetector();
        var plain = new StreamingDetector(new DetectorOptions { Season = SeasonMode.None });
        Observation found = default;
        Observation missed = default;
        for (int row = 0; row < 288 * 20; row++)
        {
            int minute = row % 288 * 5;
            bool night = minute is >= 240 and < 260;
            double value = (minute is >= 480 and < 1_200 ? 100 : 20) + Streams.Next(random);
            value = row >= 288 * 19 && night ? 100 : value;
            Observation answer = detector.Observe(Streams.At(row), value);
            Observation other = plain.Observe(Streams.At(row), value);
            found = row >= 288 * 19 && answer.IsAlarm ? answer : found;
            missed = row >= 288 * 19 && other.IsAlarm ? other : missed;
        }

        found.Reasons.Should().Be(AnomalyReasons.Season);
        found.Expected.Should().BeApproximately(20, 3);
        missed.IsAlarm.Should().BeFalse();
    }

    [Fact]
    public void Observe_SeasonIsSearched_FindsOneOfSevenHoursAndTellsWhatDoesNotFitIt()
    {
        // Busy for two hours of every seven; in the last cycle the busy time comes at the wrong hour.
        var searching = new StreamingDetector(new DetectorOptions { Season = SeasonMode.Search });
        var daily = new StreamingDetector();
        var random = new Random(6);
        Observation found = default;
        int others = 0;
        for (int row = 0; row < 84 * 60; row++)
        {
            int place = row % 84;
            bool busy = row < 84 * 59 ? place < 24 : place is >= 50 and < 60;
            double value = (busy ? 100 : 20) + Streams.Next(random);
            Observation answer = searching.Observe(Streams.At(row), value);
            daily.Observe(Streams.At(row), value);
            found = row >= 84 * 59 && answer.IsAlarm ? answer : found;
            others += row < 84 * 59 && answer.IsAlarm ? 1 : 0;
        }

        searching.Season.TotalHours.Should().BeApproximately(7, 0.1);
        daily.Season.Should().Be(TimeSpan.FromDays(1));
        found.Reasons.Should().Be(AnomalyReasons.Season);
        others.Should().BeLessThanOrEqualTo(4, "of two and a half weeks at one a week, young ones");
    }

    [Theory]
    [InlineData(288, 24)]
    [InlineData(0, 24)]
    public void Observe_SeasonIsSearched_KeepsTheDayWhereThereIsNoOther(int period, double hours)
    {
        var detector = new StreamingDetector(new DetectorOptions { Season = SeasonMode.Search });
        double[] values = [.. Streams.Normal(3_000, 8).Select((value, i) => value + (period > 0 ? 5 * Math.Sin(i * Math.Tau / period) : 0))];

        Run(detector, values);

        detector.Season.TotalHours.Should().BeApproximately(hours, 0.5);
    }

    [Theory]
    [InlineData(AlarmDirection.Up, 30, true)]
    [InlineData(AlarmDirection.Up, -30, false)]
    [InlineData(AlarmDirection.Down, 30, false)]
    [InlineData(AlarmDirection.Down, -30, true)]
    public void Observe_Direction_OnlyThatWayAlarms(AlarmDirection direction, double spike, bool expected)
    {
        var detector = new StreamingDetector(new DetectorOptions { Direction = direction });
        Run(detector, Streams.Normal(1_000, 7));

        // The spread rises whichever way: it counts in both, but only after 65 values of its own range, and a single value alarms by itself.
        Observation answer = detector.Observe(Streams.At(1_000), spike);

        (answer.IsAlarm && answer.Reasons.HasFlag(AnomalyReasons.Spike)).Should().Be(expected);
    }

    [Fact]
    public void Observe_SmallerThanMinimumDeviation_DoesNotAlarm()
    {
        var absolute = new StreamingDetector(new DetectorOptions { MinimumDeviation = 100 });
        var relative = new StreamingDetector(new DetectorOptions { MinimumRelativeDeviation = 0.5 });
        double[] values = [.. Enumerable.Range(0, 1_000).Select(i => 1_000.0 + (i % 10))];
        Run(absolute, values);
        Run(relative, values);

        absolute.Observe(Streams.At(1_000), 1_050).IsAlarm.Should().BeFalse();
        absolute.Observe(Streams.At(1_200), 1_300).IsAlarm.Should().BeTrue();
        relative.Observe(Streams.At(1_000), 1_400).IsAlarm.Should().BeFalse();
        relative.Observe(Streams.At(1_200), 2_100).IsAlarm.Should().BeTrue();
    }

    [Fact]
    public void Observe_ConstantThenChanged_AlarmsOnce()
    {
        var detector = new StreamingDetector();
        Observation[] flat = Run(detector, [.. Enumerable.Repeat(45.0, 500)]);

        Observation change = detector.Observe(Streams.At(500), 46);

        flat.Should().NotContain(answer => answer.IsAlarm);
        change.IsAlarm.Should().BeTrue();
        detector.Observe(Streams.At(501), 46).IsAlarm.Should().BeFalse();
    }

    [Fact]
    public void Observe_MissingValues_AreNoDataAndTeachNothing()
    {
        var with = new StreamingDetector();
        var without = new StreamingDetector();
        double[] values = Streams.Normal(400, 9);
        for (int i = 0; i < values.Length; i++)
        {
            if (i % 7 == 0)
            {
                Observation missing = (i % 3) switch
                {
                    0 => with.Observe(Streams.At(i), (double?)null),
                    1 => with.Observe(Streams.At(i), double.NaN),
                    _ => with.Observe(Streams.At(i), double.NegativeInfinity),
                };
                missing.State.Should().Be(AnomalyState.NoData);
                missing.Score.Should().Be(0);
            }

            with.Observe(Streams.At(i), values[i]).Should().Be(without.Observe(Streams.At(i), values[i]));
        }

        with.Count.Should().Be(values.Length);
    }

    [Fact]
    public void Tick_Silence_AlarmsOnceUntilDataComeAgain()
    {
        var detector = new StreamingDetector();
        Run(detector, Streams.Normal(200, 1));

        detector.Tick(Streams.At(205)).IsAlarm.Should().BeFalse("ten intervals are allowed");
        Observation silence = detector.Tick(Streams.At(215));
        silence.IsAlarm.Should().BeTrue();
        silence.Reasons.Should().Be(AnomalyReasons.Gap);
        silence.Since.Should().Be(Streams.At(199));
        detector.Tick(Streams.At(230)).IsAlarm.Should().BeFalse();
        detector.Tick(Streams.At(230)).State.Should().Be(AnomalyState.NoData);
        detector.Observe(Streams.At(231), 0).State.Should().Be(AnomalyState.Normal);
        detector.Tick(Streams.At(260)).IsAlarm.Should().BeTrue();
    }

    [Fact]
    public void Observe_InMaintenance_NeitherAlarmsNorLearns()
    {
        var options = new DetectorOptions();
        options.Maintenance.Add(new MaintenanceWindow { Start = Streams.At(500), Duration = TimeSpan.FromHours(1) });
        var detector = new StreamingDetector(options);
        var reference = new StreamingDetector();
        double[] values = [.. Enumerable.Range(0, 600).Select(i => (double)(i % 13))];
        for (int i = 0; i < values.Length; i++)
        {
            bool inside = i is >= 500 and < 512;
            Observation answer = detector.Observe(Streams.At(i), inside ? 1e6 : values[i]);
            (answer.IsAlarm && inside).Should().BeFalse($"row {i}");
            answer.Upper.Should().BeLessThan(1_000);
            if (!inside)
            {
                reference.Observe(Streams.At(i), values[i]);
            }
        }

        detector.Count.Should().Be(reference.Count);
    }

    [Theory]
    [InlineData(1e-200, 0)]
    [InlineData(1e200, 0)]
    [InlineData(1, 1e9)]
    [InlineData(-3, 7)]
    public void Observe_OtherUnitOrOffset_AlarmsAtTheSameRows(double factor, double offset)
    {
        double[] values = Streams.Normal(3_000, 11);
        values[1_500] = 25;
        values[2_500] = -40;
        int[] expected = Alarms(Run(new StreamingDetector(), values));

        int[] found = Alarms(Run(new StreamingDetector(), [.. values.Select(value => (value * factor) + offset)]));

        expected.Should().Contain(1_500).And.Contain(2_500);
        found.Should().Contain(1_500).And.Contain(2_500);
        found.Except(expected).Concat(expected.Except(found)).Count().Should().BeLessThanOrEqualTo(1, "single precision may decide a close case otherwise");
    }

    /// <summary>Streams in which nothing happens, older than four weeks. The evaluation program measures more of them for longer (<c>anomaly budget</c>).</summary>
    [Theory]
    [InlineData("normal", 0.1, 2)]
    [InlineData("normal", 1, 2)]
    [InlineData("normal", 5, 1)]
    [InlineData("normal", 50, 1)]
    [InlineData("t3", 1, 2)]
    [InlineData("t3", 5, 1)]
    [InlineData("gamma", 1, 2)]
    [InlineData("drifting", 1, 2)]
    [InlineData("drifting", 5, 1)]
    public void FalseAlarmBudget_WhereNothingHappens_BoundsTheAlarms(string kind, double budget, double times)
    {
        const int Streams = 5;
        const int Weeks = 40;
        const int Young = 4;
        int alarms = 0;
        for (int seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 2_016 * Weeks).Select(i => kind switch
            {
                "normal" => Tests.Streams.Next(random),
                "t3" => Tests.Streams.Next(random) / Math.Sqrt(Enumerable.Range(0, 3).Sum(_ => Math.Pow(Tests.Streams.Next(random), 2)) / 3),
                "gamma" => -Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble())),
                _ => Tests.Streams.Next(random) + (1e-4 * i),
            })];
            alarms += Alarms(Run(new StreamingDetector(new DetectorOptions { FalseAlarmBudget = budget }), values)).Count(static row => row >= 2_016 * Young);
        }

        // So many times the budget, and the Poisson error of its count.
        double allowed = times * budget * Streams * (Weeks - Young);
        alarms.Should().BeLessThan((int)(allowed + (3 * Math.Sqrt(allowed)) + 1));
    }

    [Fact]
    public void Acknowledge_FalseAlarms_MakeTheDetectorMoreCareful()
    {
        var careful = new StreamingDetector();
        var plain = new StreamingDetector();
        double[] values = Streams.Normal(2_000, 21);
        Run(careful, values);
        Run(plain, values);
        for (int i = 0; i < 20; i++)
        {
            careful.Acknowledge(falsePositive: true);
        }

        plain.Observe(Streams.At(2_000), 5).IsAlarm.Should().BeTrue();
        careful.Observe(Streams.At(2_000), 5).IsAlarm.Should().BeFalse();
        careful.Observe(Streams.At(2_001), 600).IsAlarm.Should().BeTrue("what is far beyond everything alarms still");
    }

    [Fact]
    public void Observe_OnceWarm_AllocatesNothing()
    {
        var detector = new StreamingDetector();
        double[] values = Streams.Normal(2_000, 4);
        Run(detector, values);
        int at = values.Length;

        Allocations.Of(() => detector.Observe(Streams.At(at++), values[at % values.Length]), times: 2_000).Should().Be(0);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedByName()
    {
        FluentActions.Invoking(() => new StreamingDetector(new DetectorOptions { WarmUp = 3 })).Should().Throw<OptionsValidationException>().WithMessage("*WarmUp*");
        var options = new DetectorOptions();
        options.Maintenance.Add(new MaintenanceWindow { Duration = TimeSpan.FromDays(8) });
        FluentActions.Invoking(() => new StreamingDetector(options)).Should().Throw<OptionsValidationException>().WithMessage("*Maintenance[0]*");
    }

    [Fact]
    public void MaintenanceWindow_EveryWeek_ComesAgain()
    {
        var window = new MaintenanceWindow { Start = Streams.Start, Duration = TimeSpan.FromHours(2), EveryWeek = true };

        window.Contains(Streams.Start.AddDays(21).AddHours(1)).Should().BeTrue();
        window.Contains(Streams.Start.AddDays(21).AddHours(2)).Should().BeFalse();
        window.Contains(Streams.Start.AddDays(-7)).Should().BeFalse();
    }

    private static Observation[] Run(StreamingDetector detector, double[] values) => [.. values.Select((value, i) => detector.Observe(Streams.At(i), value))];

    private static int[] Alarms(Observation[] answers) => [.. Enumerable.Range(0, answers.Length).Where(i => answers[i].IsAlarm)];
}
