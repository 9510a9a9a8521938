using System.Buffers.Binary;
using System.Diagnostics;

namespace Vouch.Observability.Traces;

/// <summary>One finished span, as plain data.</summary>
/// <param name="Id">The span's id within its trace; not 0.</param>
/// <param name="ParentId">The id of the span that caused it, or 0 for a root.</param>
/// <param name="Service">The service that did it.</param>
/// <param name="Operation">What it did.</param>
/// <param name="Start">When it began, since an origin that all spans of the trace share; may be negative.</param>
/// <param name="Duration">How long it took; a negative duration counts as zero.</param>
/// <param name="IsError">Whether it failed.</param>
/// <param name="LogLines">How many events or log lines it wrote, 0 or more; 0 where they are not counted.</param>
/// <remarks>A struct on purpose: traces are analysed as arrays of them. Ids are the eight bytes of the W3C Trace Context, read big-endian.</remarks>
public readonly record struct SpanRecord(
    ulong Id,
    ulong ParentId,
    string Service,
    string Operation,
    TimeSpan Start,
    TimeSpan Duration,
    bool IsError = false,
    int LogLines = 0)
{
    /// <summary>Makes the record of a finished activity.</summary>
    /// <param name="activity">The activity, stopped; in the W3C id format.</param>
    /// <param name="service">The service it belongs to.</param>
    /// <returns>The record; its start is the time since <see cref="DateTime.UnixEpoch"/>, its log lines are the activity's events.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static SpanRecord FromActivity(Activity activity, string service)
    {
        ArgumentNullException.ThrowIfNull(activity);
        ArgumentNullException.ThrowIfNull(service);
        int events = 0;
        foreach (ref readonly ActivityEvent _ in activity.EnumerateEvents())
        {
            events++;
        }

        return new SpanRecord(
            ToId(activity.SpanId),
            ToId(activity.ParentSpanId),
            service,
            activity.DisplayName,
            activity.StartTimeUtc - DateTime.UnixEpoch,
            activity.Duration,
            activity.Status == ActivityStatusCode.Error,
            events);
    }

    /// <summary>Reads the eight bytes of a span id as a number.</summary>
    /// <param name="id">The id; the default one gives 0.</param>
    public static ulong ToId(ActivitySpanId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
