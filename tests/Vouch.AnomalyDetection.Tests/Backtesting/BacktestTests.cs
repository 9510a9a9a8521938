using System.Globalization;
using Vouch.AnomalyDetection.Backtesting;
using Vouch.Core.Exceptions;

namespace Vouch.AnomalyDetection.Tests.Backtesting;

public class BacktestTests
{
    [Fact]
    public void Run_Csv_ReportsAlarmsAndDrawsThem()
    {
        double[] values = Streams.Normal(2_016, 5);
        values[1_500] = 40;
        string csv = "timestamp,value\n" + string.Join('\n', values.Select((value, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{Streams.At(i):yyyy-MM-dd HH:mm:ss},{(i % 100 == 7 ? "" : value.ToString("R", CultureInfo.InvariantCulture))}")));

        BacktestReport report = Backtest.Run(new StringReader(csv), "<latency>");

        report.Points.Should().HaveCount(2_016);
        report.Missing.Should().Be(21);
        report.Alarms.Should().Contain(alarm => alarm.Row == 1_500 && alarm.Value == 40);
        report.AlarmsPerWeek.Should().BeApproximately(report.Alarms.Count, 0.01);
        var page = new StringWriter(CultureInfo.InvariantCulture);
        report.WriteHtml(page);
        page.ToString().Should().Contain("<svg").And.Contain("class=\"band\"").And.Contain("class=\"alarm\"").And.Contain("&lt;latency&gt;").And.NotContain("NaN").And.NotContain("Infinity").And.NotContain("<script");
    }

    [Theory]
    [InlineData("timestamp,value\n2026-01-01 00:00:00,abc", "line 2", "abc")]
    [InlineData("timestamp,value\nyesterday,1", "line 2", "yesterday")]
    [InlineData("timestamp,value\n2026-01-01", "line 2", "2026-01-01")]
    [InlineData("timestamp", "line 1", "timestamp")]
    public void Run_BadCsv_SaysWhere(string csv, string place, string value) =>
        FluentActions.Invoking(() => Backtest.Run(new StringReader(csv), "x")).Should().Throw<InputValidationException>()
            .Where(error => error.Location == place && error.Value!.Contains(value));

    [Fact]
    public void Run_NamedColumn_IsFound()
    {
        BacktestReport report = Backtest.Run(new StringReader("v,t\n5,2026-01-01 00:00:00\nnull,2026-01-02"), "x", timeColumn: "t", valueColumn: "v");

        report.Points.Select(point => point.Value).Should().Equal(5, double.NaN);
        report.AlarmsPerWeek.Should().Be(0);
    }

    [Fact]
    public void WriteHtml_EmptyOrHuge_IsStillAPage()
    {
        foreach (double?[] values in new double?[][] { [], [null], [1e308, -1e308], [3] })
        {
            var page = new StringWriter(CultureInfo.InvariantCulture);
            Backtest.Run(values.Select((value, i) => KeyValuePair.Create(Streams.At(i), value)), "x").WriteHtml(page);
            page.ToString().Should().EndWith("</html>").And.NotContain("NaN").And.NotContain("∞");
        }
    }
}
