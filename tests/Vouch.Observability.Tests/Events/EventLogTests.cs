using Vouch.Observability.Events;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Events;

public sealed class EventLogTests
{
    [Fact]
    public void Add_BeyondCapacity_KeepsTheLastAndCountsTheRest()
    {
        var log = new EventLog(new EventLogOptions { Capacity = 3 }, new ManualTimeProvider());

        for (int i = 1; i <= 10; i++)
        {
            log.Add(EventSeverity.Information, "test", $"event {i}");
        }

        log.Read().Select(logged => logged.Sequence).Should().Equal(8, 9, 10);
        log.Total.Should().Be(10);
        log.Dropped.Should().Be(7);
    }

    [Fact]
    public void Add_TextFromOutside_CannotPretendToBeAnotherLineAndIsCut()
    {
        var log = new EventLog(new EventLogOptions { LongestMessage = 16 }, new ManualTimeProvider());

        LoggedEvent logged = log.Add(EventSeverity.Error, "a\nb", "x\r\ny\u2028z\u001b[31m and so on and on");
        LoggedEvent cut = log.Add(EventSeverity.Error, "s", new string('a', 15) + "\U0001F600");

        logged.Message.Should().Be("x  y z [31m and ");
        logged.Source.Should().Be("a b");
        cut.Message.Should().Be(new string('a', 15), "half a character is none");
    }

    [Fact]
    public void Read_AfterAndSeverity_Filters()
    {
        var log = new EventLog();
        log.Add(EventSeverity.Information, "s", "1");
        log.Add(EventSeverity.Error, "s", "2");
        log.Add(EventSeverity.Warning, "s", "3");

        log.Read(after: 1, least: EventSeverity.Error).Select(logged => logged.Message).Should().Equal("2");
        log.Read(after: 3).Should().BeEmpty();
    }

    [Fact]
    public void Add_FromManyThreads_NumbersWithoutGaps()
    {
        var log = new EventLog(new EventLogOptions { Capacity = 100_000 });

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                log.Add(EventSeverity.Information, "s", "m");
            }
        });

        log.Read().Select(logged => logged.Sequence).Should().Equal(Enumerable.Range(1, 8_000).Select(i => (long)i));
    }
}
