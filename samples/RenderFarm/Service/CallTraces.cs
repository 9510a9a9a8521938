using Vouch.Core.Models;
using Vouch.Execution.Progress;
using Vouch.Observability.Traces;

namespace RenderFarm.Service;

/// <summary>Turns a run's events into traces, one per call to a worker.</summary>
internal static class CallTraces
{
    /// <summary>Makes the traces, in the order in which the calls ended.</summary>
    public static IEnumerable<SpanTree> Of(IReadOnlyList<(TimeSpan At, RunEvent Event)> events)
    {
        var begun = new Dictionary<(WorkUnitId Unit, WorkerId Worker), TimeSpan>();
        foreach ((TimeSpan at, RunEvent happened) in events)
        {
            if (happened is not { UnitId: { } unit, Worker: { } worker })
            {
                continue;
            }

            switch (happened.Kind)
            {
                case RunEventKind.Dispatched:
                    begun[(unit, worker)] = at;
                    break;
                case RunEventKind.Answered:
                    begun.Remove((unit, worker));
                    yield return Call(worker, at, happened.Latency ?? TimeSpan.Zero, isError: false);
                    break;
                case RunEventKind.AttemptFailed when begun.Remove((unit, worker), out TimeSpan start):
                    yield return Call(worker, at, at - start, isError: true);
                    break;
                default:
                    break;
            }
        }
    }

    // One span: whom the farm asks is the farm's own choice, and no sign of anything.
    private static SpanTree Call(WorkerId worker, TimeSpan end, TimeSpan took, bool isError) => SpanTree.Build([new SpanRecord(1, 0, worker.Value, "render", end - took, took, isError)]);
}
