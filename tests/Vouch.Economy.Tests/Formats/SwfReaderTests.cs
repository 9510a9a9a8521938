using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Formats;

public sealed class SwfReaderTests
{
    private const string Log = """
        ; Version: 2.2
        ; Computer: test machine
        ; UnixStartTime: 1767225600
        ; MaxProcs: 128 (of 256)
        ;
        1      0   10   3600   4   3500  -1   8   7200  -1  1  3  1  -1  1  -1  -1  -1
        2   1800   -1   5400  16     -1  -1  16   7200  -1  1  3  1  -1  1  -1   1  60
        3   4000   -1     -1  -1     -1  -1   2   1200  -1  5  4  1  -1  1  -1  -1  -1  extra
        4   5000    0      0   1      0   0   1      0   0  0  4  1  -1  1  -1  -1  -1
        """;

    [Fact]
    public void Read_Log_HasHeaderAndFields()
    {
        SwfLog log = SwfReader.Read(new StringReader(Log));

        log.Start.Should().Be(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        log.MaxProcessors.Should().Be(128);
        log.Header["computer"].Should().Be("test machine");
        log.Jobs.Should().HaveCount(4);
        log.Jobs[1].Should().Be(new SwfJob(2, 1800, null, 5400, 16, null, null, 16, 7200, null, 1, 3, 1, null, 1, null, 1, 60));
        log.Jobs[2].RunTime.Should().BeNull();
    }

    [Fact]
    public void ToJobs_HourlyCurve_RoundsUpAndKeepsPrecedence()
    {
        var curve = new PriceCurve(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), Enumerable.Repeat(1.0, 24).ToArray());

        IReadOnlyList<Job> jobs = SwfReader.Read(new StringReader(Log)).ToJobs(curve, TimeSpan.FromHours(6), penaltyPerProcessorSlot: 10, keepPrecedence: true);

        // 1: at once, 1 h, may end 6 h late. 2: released at the next slot, 1.5 h take 2. 3: not run, so what it asked for counts. 4 ran no time at all.
        jobs.Select(job => (job.Id, job.Release, job.DurationSlots, job.Deadline, Processors: job.Demands[0])).Should().Equal(
            ("1", 0, 1, 7, 4.0), ("2", 1, 2, 9, 16.0), ("3", 2, 1, 9, 2.0));
        jobs[1].Predecessors.Should().Equal("1");
        jobs[1].Penalty.Should().Be(10 * 16 * 2);
        jobs[1].Rate.Should().Be(16);
        new SchedulingProblem(curve, new ResourcePool("processors", 128), jobs).FindInfeasibilities().Should().BeEmpty();
    }

    [Fact]
    public void ToJobs_ShortCurve_LeavesOutWhatDoesNotFit()
    {
        var curve = new PriceCurve(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1.0, 1.0]);

        SwfReader.Read(new StringReader(Log)).ToJobs(curve).Select(job => job.Id).Should().Equal("1");
    }

    [Theory]
    [InlineData("1 0 10", "line 1")]
    [InlineData("; x: y\n\n1 0 10 3600 four 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 3")]
    [InlineData("-1 0 10 3600 4 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 1")]
    [InlineData("1 -5 10 3600 4 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 1")]
    [InlineData("1 0 10 NaN 4 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 1")]
    [InlineData("1 0 10 1e300 4 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 1")]
    [InlineData("1 0 1 1 1 1 1 1 1 1 9999999999 1 1 1 1 1 1 1", "line 1")]
    [InlineData("1 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n1 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "line 2")]
    public void Read_BrokenLine_SaysWhere(string text, string where)
    {
        Action read = () => SwfReader.Read(new StringReader(text), "log");

        read.Should().Throw<InputValidationException>().Which.Location.Should().Be(where);
    }

    [Fact]
    public void Read_NoJobs_IsAnEmptyLog()
    {
        SwfLog log = SwfReader.Read(new StringReader("; Note: nothing ran"));

        log.Jobs.Should().BeEmpty();
        (log.Start, log.MaxProcessors).Should().Be((null, null));
    }
}
