using System.Text;
using System.Text.Json;

namespace Vouch.Observability.Slo;

public sealed partial record SloReport
{
    /// <summary>Returns the report as JSON (UTF-8): <c>at</c> and <c>objectives</c>, each with <c>budget</c>, <c>exhaustion</c>, <c>alerts</c> and <c>violations</c>. Durations are in seconds; what is infinite or unknown is null.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("at", At);
            json.WriteStartArray("objectives");
            foreach (SloStatus status in Objectives)
            {
                Write(json, status);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter json, SloStatus status)
    {
        ErrorBudget budget = status.Budget;
        json.WriteStartObject();
        json.WriteString("name", status.Objective.Name);
        json.WriteString("objective", status.Objective.Text);
        Number(json, "silent_seconds", status.SilentFor.TotalSeconds);
        json.WriteStartObject("budget");
        Number(json, "period_seconds", budget.Period.TotalSeconds);
        Number(json, "covered_seconds", budget.Covered.TotalSeconds);
        json.WriteNumber("total", budget.Total);
        json.WriteNumber("bad", budget.Bad);
        if (budget.IsMet is { } met)
        {
            json.WriteBoolean("met", met);
        }
        else
        {
            json.WriteNull("met");
        }

        Number(json, "good_share", budget.GoodShare);
        Number(json, "remaining_of_period", budget.RemainingOfPeriod);
        Number(json, "remaining_of_seen", budget.RemainingOfSeen);
        Number(json, "remaining_events", budget.RemainingEvents);
        Number(json, "remaining_seconds", budget.RemainingTime.TotalSeconds);
        json.WriteEndObject();
        WriteExhaustion(json, status.Exhaustion);
        json.WriteStartArray("alerts");
        foreach (AlertStatus alert in status.Alerts)
        {
            Write(json, alert);
        }

        json.WriteEndArray();
        json.WriteStartArray("violations");
        foreach (Violation violation in status.Violations)
        {
            Write(json, violation);
        }

        json.WriteEndArray();
        json.WriteNumber("forgotten_violations", status.ForgottenViolations);
        json.WriteEndObject();
    }

    private static void WriteExhaustion(Utf8JsonWriter json, ExhaustionForecast forecast)
    {
        json.WriteStartObject("exhaustion");
        json.WriteString("answer", forecast.Answer.ToString());
        json.WriteString("explanation", forecast.Explanation);
        if (forecast.Hours is { } hours)
        {
            Number(json, "hours", hours.Estimate);
            Number(json, "lower", hours.Lower);
            Number(json, "upper", hours.Upper);
            Number(json, "confidence", hours.Confidence);
            json.WriteString("method", hours.Method);
            json.WriteNumber("n", hours.SampleSize);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AlertStatus alert)
    {
        json.WriteStartObject();
        json.WriteString("alert", alert.Alert.ToString());
        json.WriteString("severity", alert.Alert.Severity.ToString());
        json.WriteString("state", alert.State.ToString());
        if (alert.Since is { } since)
        {
            json.WriteString("since", since);
        }

        Number(json, "burn_rate", alert.Alert.BurnRate.ToDouble());
        Write(json, "long", alert.LongWindow);
        Write(json, "short", alert.ShortWindow);
        Number(json, "chance", alert.Chance);
        json.WriteString("explanation", alert.Explanation);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, WindowReading window)
    {
        json.WriteStartObject(name);
        Number(json, "seconds", window.Length.TotalSeconds);
        json.WriteNumber("total", window.Total);
        json.WriteNumber("bad", window.Bad);
        Number(json, "burn_rate", window.BurnRate);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Violation violation)
    {
        json.WriteStartObject();
        json.WriteString("kind", violation.Kind.ToString());
        if (violation.Alert is { } alert)
        {
            json.WriteString("alert", alert.ToString());
        }

        json.WriteString("start", violation.Start);
        if (violation.End is { } end)
        {
            json.WriteString("end", end);
        }

        json.WriteNumber("total", violation.Total);
        json.WriteNumber("bad", violation.Bad);
        Number(json, "peak_burn_rate", violation.PeakBurnRate);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
