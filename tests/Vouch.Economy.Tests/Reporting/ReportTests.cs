using System.Xml.Linq;
using Vouch.Core.Models;
using Vouch.Economy.Pricing;
using Vouch.Economy.Reporting;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Reporting;

public sealed class ReportTests
{
    [Fact]
    public void ToSvg_AnySchedule_IsWellFormedAndHasABarPerPiece()
    {
        Schedule schedule = Make("tile <&> \"1\"\u0001", 6);

        XDocument svg = XDocument.Parse(ScheduleReport.ToSvg(schedule));

        XNamespace ns = "http://www.w3.org/2000/svg";
        svg.Descendants(ns + "rect").Count(rect => (string?)rect.Attribute("fill") == "var(--bar)").Should().Be(schedule.Assignments.Sum(place => place.Segments.Count));
        svg.Descendants(ns + "title").Should().Contain(title => title.Value.Contains("tile <&> \"1\"", StringComparison.Ordinal));
    }

    [Fact]
    public void ToHtml_Page_StandsAloneAndHoldsTheFigures()
    {
        Schedule schedule = Make("tile", 6);

        string html = ScheduleReport.ToHtml(schedule, "Night <run>");

        html.Should().Contain("Night &lt;run&gt;").And.Contain("everything at once").And.Contain("priority").And.Contain("workers");
        html.Should().NotContain("<script").And.NotContain("src=").And.NotContain("href=");
    }

    [Fact]
    public void ToSvg_LabelsAndLegend_AreThereAndReadable()
    {
        string svg = ScheduleReport.ToSvg(Make("tile", 30));

        svg.Should().Contain("from release to deadline").And.Contain("capacity dashed").And.NotContain("E+");
        XDocument.Parse(svg).Descendants().Where(text => text.Name.LocalName == "text").Select(text => (double)text.Attribute("x")!)
            .Should().OnlyContain(x => x < 1_040, "no label begins where it would be cut off");
    }

    [Fact]
    public void ToSvg_ManyJobs_DrawsTheCostliestAndCountsTheRest()
    {
        Schedule schedule = Make("tile", ScheduleReport.MaxRows + 25);

        ScheduleReport.ToSvg(schedule).Should().Contain("and 26 more jobs");
    }

    [Fact]
    public void Summary_Figures_AddUp()
    {
        Schedule schedule = Make("tile", 6);

        var summary = new ScheduleSummary(schedule);

        summary.ByPriority.Sum(entry => entry.Cost).Should().BeApproximately(schedule.TotalCost, 1e-9);
        summary.ByPriority.Select(entry => entry.Priority.Level).Should().BeInDescendingOrder();
        summary.Pools.Single().Utilisation.Should().BeApproximately(schedule.LoadOf().Sum() / (2 * 24), 1e-12);
        summary.Pools.Single().Peak.Should().BeLessThanOrEqualTo(1);
        summary.ToText().Should().Contain("priority 9: 1 jobs").And.Contain("run at once").And.NotContain("\r");
    }

    private static Schedule Make(string prefix, int count)
    {
        int slots = count > 24 ? 168 : 24;
        double[] prices = [.. Enumerable.Range(0, slots).Select(slot => 50 + (40 * Math.Cos(slot * Math.PI / 12)) - 10)];
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), prices);
        var jobs = new List<Job>(Job.Repeat(prefix, count, 1, 1, 0, slots)) { new("backup", 3, 1, 0, slots, new Priority(9), preemption: new Preemption(3)) };
        return new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 50, BoundIterations = 10 }).Solve(new SchedulingProblem(curve, new ResourcePool("workers", 2), jobs));
    }
}
