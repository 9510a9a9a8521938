using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

public class WeekOffsetsTests
{
    [Fact]
    public void DayOf_AnyTime_IsTheCalendarsDay()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            long ticks = i < 100 ? i / 2 * TimeSpan.TicksPerDay - (i % 2 == 1 && i > 1 ? 1 : 0) : random.NextInt64(DateTime.MaxValue.Ticks);

            int expected = ((int)new DateTime(ticks).DayOfWeek + 6) % 7;
            WeekOffsets.DayOf(ticks).Should().Be(expected);
        }
    }

    /// <summary>Quiet weekends: a Saturday noon as busy as a Friday is within every range, and within the day's; only day and week together tell.</summary>
    [Fact]
    public void Observe_BusySaturday_IsSeenByDayAndWeekTogether()
    {
        int together = 0;
        int day = 0;
        int others = 0;
        const int Series = 5;
        const int Weeks = 13;
        for (int seed = 0; seed < Series; seed++)
        {
            var random = new Random(seed);
            var both = new StreamingDetector();
            var daily = new StreamingDetector(new DetectorOptions { Season = SeasonMode.Day });
            int from = ((Weeks - 1) * 2_016) + (5 * 288) + 60;
            for (int row = 0; row < Weeks * 2_016; row++)
            {
                bool weekend = row % 2_016 >= 5 * 288;
                bool busy = row >= from && row < from + 12;
                double value = 100 + (weekend ? -40 : 0) + (20 * Math.Sin(row * Math.Tau / 288)) + (3 * Streams.Next(random)) + (busy ? 30 : 0);

                Observation answer = both.Observe(Streams.At(row), value);
                bool other = daily.Observe(Streams.At(row), value).IsAlarm;

                together += busy && answer.IsAlarm ? 1 : 0;
                day += busy && other ? 1 : 0;
                others += !busy && row > 4 * 2_016 && answer.IsAlarm ? 1 : 0;
            }
        }

        together.Should().BeGreaterThanOrEqualTo(4);
        day.Should().BeLessThanOrEqualTo(1);
        others.Should().BeLessThan(2 * Series * (Weeks - 4));
    }

    [Fact]
    public void Learn_WhereNoDayDiffers_StaysOutOfUse()
    {
        var random = new Random(3);
        float[] week = new float[WeekOffsets.Length];
        for (int row = 0; row < 40 * 2_016; row++)
        {
            WeekOffsets.Learn(week, row / 288 % 7, (float)Streams.Next(random), 300);
        }

        WeekOffsets.InUse(week).Should().BeFalse();
    }

    [Fact]
    public void Learn_DaysThatNoLongerDiffer_GoOutOfUse()
    {
        var random = new Random(4);
        float[] week = new float[WeekOffsets.Length];
        bool used = false;
        for (int row = 0; row < 40 * 2_016; row++)
        {
            float offset = row < 20 * 2_016 && row / 288 % 7 == 6 ? 10 : 0;
            WeekOffsets.Learn(week, row / 288 % 7, offset + (float)Streams.Next(random), 300);
            used |= row < 20 * 2_016 && WeekOffsets.InUse(week);
        }

        used.Should().BeTrue();
        WeekOffsets.InUse(week).Should().BeFalse();
    }
}
