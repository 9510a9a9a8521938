using System.Diagnostics;
using Vouch.Observability.Traces;

namespace Vouch.Observability.Sampling;

/// <summary>The finished activities of a trace in this process.</summary>
/// <param name="TraceId">The id of the trace.</param>
/// <param name="Activities">Its activities, in the order they ended.</param>
public sealed record CollectedTrace(ActivityTraceId TraceId, IReadOnlyList<Activity> Activities)
{
    /// <summary>Makes the span tree of the trace.</summary>
    /// <param name="service">Names the service of an activity, such as by its source; null for the name of its source.</param>
    public SpanTree ToSpanTree(Func<Activity, string>? service = null) =>
        SpanTree.Build([.. Activities.Select(activity => SpanRecord.FromActivity(activity, service?.Invoke(activity) ?? activity.Source.Name))]);
}
