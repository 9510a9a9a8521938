using System.Globalization;
using System.Text.Json;
using Vouch.Observability.Slo;
using Vouch.TestData;

namespace Vouch.Observability.Tests.Slo;

public sealed class AlertTablesTests
{
    private static readonly string[] SlothKeys = ["page_quick", "page_slow", "ticket_quick", "ticket_slow"];

    [Fact]
    public void SreWorkbook_IsThePublishedTable()
    {
        JsonElement[] rows = [.. Windows("google_workbook_30d").GetProperty("alerts").EnumerateArray()];

        for (int i = 0; i < 4; i++)
        {
            BurnRateAlert alert = AlertTables.SreWorkbook[i];
            alert.Severity.Should().Be(rows[i].GetProperty("severity").GetString() == "page" ? AlertSeverity.Page : AlertSeverity.Ticket);
            alert.LongWindow.Should().Be(Span(rows[i].GetProperty("long")));
            alert.ShortWindow.Should().Be(Span(rows[i].GetProperty("short")));
            alert.BurnRate.Should().Be(Fraction.FromDecimal(rows[i].GetProperty("burn_rate").GetDecimal()));
            alert.BudgetShare(TimeSpan.FromDays(30)).Should().Be(Fraction.FromDecimal(rows[i].GetProperty("budget_consumed").GetDecimal()));
        }
    }

    [Fact]
    public void Sloth_EveryPeriod_IsSlothsTable()
    {
        foreach (JsonElement row in Windows("sloth").GetProperty("cases").EnumerateArray())
        {
            TimeSpan period = Span(row.GetProperty("period"));
            BurnRateAlert[] made = [.. SlothKeys.Select((key, i) => BurnRateAlert.ForBudgetShare(
                i < 2 ? AlertSeverity.Page : AlertSeverity.Ticket,
                Span(row.GetProperty("long").GetProperty(key)),
                Span(row.GetProperty("short").GetProperty(key)),
                Fraction.FromDecimal(row.GetProperty("budget_percent").GetProperty(key).GetDecimal() / 100),
                period))];

            for (int i = 0; i < 4; i++)
            {
                made[i].BurnRate.ToDouble().Should().Be(row.GetProperty("burn_rate").GetProperty(SlothKeys[i]).GetDouble());
            }

            if (!row.TryGetProperty("note", out _))
            {
                AlertTables.Sloth(period).Should().Equal(made);
                AlertTables.For(period, TimeSpan.FromMinutes(1)).Should().Equal(made);
            }
        }
    }

    [Fact]
    public void Pyrra_EveryPeriod_IsPyrrasTable()
    {
        foreach (JsonElement row in Windows("pyrra").GetProperty("cases").EnumerateArray())
        {
            TimeSpan period = Span(row.GetProperty("period"));
            IReadOnlyList<BurnRateAlert> alerts = AlertTables.Pyrra(period);
            int i = 0;
            foreach (JsonElement expected in row.GetProperty("alerts").EnumerateArray())
            {
                alerts[i].Severity.Should().Be(expected.GetProperty("severity").GetString() == "critical" ? AlertSeverity.Page : AlertSeverity.Ticket);
                alerts[i].LongWindow.Should().Be(Span(expected.GetProperty("long")));
                alerts[i].ShortWindow.Should().Be(Span(expected.GetProperty("short")));
                alerts[i].HoldFor.Should().Be(Span(expected.GetProperty("for")));
                alerts[i].BurnRate.Should().Be(new Fraction(expected.GetProperty("factor").GetInt32(), 1));
                (period / alerts[i].BurnRate.ToDouble()).Should().Be(Span(expected.GetProperty("exhausts_in")));
                i++;
            }

            i.Should().Be(4);
        }
    }

    [Theory]
    [InlineData("99% over 28d", 10)]
    [InlineData("99.9% over 28d", 3)]
    public void PyrraAbsentAfter_PublishedCases_Agree(string objective, int minutes) =>
        AlertTables.PyrraAbsentAfter(ServiceLevelObjective.Parse(objective)).Should().Be(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void CanFire_PublishedCases_Agree()
    {
        foreach (JsonElement row in Windows("unreachable").GetProperty("cases").EnumerateArray())
        {
            var objective = new ServiceLevelObjective(Comparison.AtLeast, Fraction.FromDecimal(row.GetProperty("objective").GetDecimal()), Indicator.Events, TimeSpan.FromDays(30));
            var alert = new BurnRateAlert(AlertSeverity.Page, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), Fraction.FromDecimal(row.GetProperty("burn_rate").GetDecimal()));
            bool reachable = row.GetProperty("reachable").GetBoolean();

            alert.CanFire(objective).Should().Be(reachable);
            alert.Threshold(objective).Should().Be(Fraction.FromDecimal(row.GetProperty("threshold").GetDecimal()));
            var replay = new SloReplay(objective, [alert]);
            replay.Unreachable.Should().HaveCount(reachable ? 0 : 1);
            for (int i = 0; i < 60; i++)
            {
                replay.Close(1000, 1000);
            }

            // Everything fails for an hour: what can fire does.
            replay.Status().Alerts[0].State.Should().Be(reachable ? AlertState.Firing : AlertState.Unreachable);
        }
    }

    [Fact]
    public void Scaled_ShortPeriod_KeepsTheSharesOfTheBudget()
    {
        IReadOnlyList<BurnRateAlert> alerts = AlertTables.Scaled(TimeSpan.FromHours(12), TimeSpan.FromSeconds(1));

        alerts.Select(alert => alert.LongWindow).Should().Equal(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(24), TimeSpan.FromMinutes(72));
        alerts.Select(alert => alert.BudgetShare(TimeSpan.FromHours(12)).ToDouble()).Should().Equal(0.02, 0.05, 0.1, 0.1);
    }

    private static JsonElement Windows(string key)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("observability/slo/windows.json")));
        return document.RootElement.GetProperty(key).Clone();
    }

    private static TimeSpan Span(JsonElement text)
    {
        string value = text.GetString()!;
        double count = double.Parse(value[..^1], CultureInfo.InvariantCulture);
        return value[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            _ => TimeSpan.FromDays(count),
        };
    }
}
