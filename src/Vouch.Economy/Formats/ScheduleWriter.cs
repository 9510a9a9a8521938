using System.Globalization;
using System.Text.Json;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Formats;

/// <summary>Writes schedules and the certificates of their bounds as JSON.</summary>
/// <remarks>Thread-safe. Output is compact UTF-8, jobs in the order of the problem.</remarks>
public static class ScheduleWriter
{
    /// <summary>Writes <c>{"segments": {"id": [[start, length], ...]}, "rejected": [ids]}</c>; ids that are whole numbers stand as numbers in <c>rejected</c>.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="stream">Where to; left open.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static void Write(Schedule schedule, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartObject("segments");
        foreach (Assignment assignment in schedule.Assignments)
        {
            json.WriteStartArray(assignment.JobId);
            foreach (Segment segment in assignment.Segments)
            {
                json.WriteStartArray();
                json.WriteNumberValue(segment.Start);
                json.WriteNumberValue(segment.Length);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartArray("rejected");
        foreach (Rejection rejection in schedule.Rejections)
        {
            if (long.TryParse(rejection.JobId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                && number.ToString(CultureInfo.InvariantCulture) == rejection.JobId)
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteStringValue(rejection.JobId);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"lambda": [[per slot] per resource], "cuts": [{"resource", "q", "mu": [per slot]}]?, "bound": number}</c>; whole numbers stand without a fraction. A bound without a certificate is written with prices of 0, which prove it.</summary>
    /// <param name="schedule">The schedule whose bound it is.</param>
    /// <param name="stream">Where to; left open.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static void WriteCertificate(Schedule schedule, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("lambda");
        for (int k = 0; k < schedule.Problem.Pools.Count; k++)
        {
            json.WriteStartArray();
            for (int slot = 0; slot < schedule.Problem.SlotCount; slot++)
            {
                Number(json, schedule.Bound.Certificate is { } prices ? prices.Of(k)[slot] : 0);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (schedule.Bound.Certificate is { Cuts.Count: > 0 } certificate)
        {
            WriteCuts(json, certificate.Cuts);
        }

        json.WritePropertyName("bound");
        Number(json, schedule.Bound.Value);
        json.WriteEndObject();
    }

    private static void WriteCuts(Utf8JsonWriter json, IReadOnlyList<RoundingCut> cuts)
    {
        json.WriteStartArray("cuts");
        foreach (RoundingCut cut in cuts)
        {
            json.WriteStartObject();
            json.WriteNumber("resource", cut.Resource);
            json.WriteNumber("q", cut.Quotient);
            json.WriteStartArray("mu");
            foreach (double multiplier in cut.Multipliers)
            {
                Number(json, multiplier);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsInteger(value) && Math.Abs(value) < 1L << 53)
        {
            json.WriteNumberValue((long)value);
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }
}
