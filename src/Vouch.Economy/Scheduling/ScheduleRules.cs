using System.Globalization;

namespace Vouch.Economy.Scheduling;

/// <summary>The rules of a feasible schedule, checked from the problem alone: nothing of the solvers is used.</summary>
internal static class ScheduleRules
{
    private const int MaxViolations = 100;

    public static List<string> Violations(SchedulingProblem problem, IReadOnlyDictionary<string, IReadOnlyList<Segment>> placements)
    {
        var bad = new List<string>();
        int slots = problem.SlotCount;
        double[][] change = [.. problem.Pools.Select(_ => new double[slots + 1])];
        int known = 0;
        foreach (Job job in problem.Jobs)
        {
            if (placements.TryGetValue(job.Id, out IReadOnlyList<Segment>? pieces))
            {
                known++;
                if (CheckPieces(job, pieces, slots, bad))
                {
                    Occupy(job, pieces, change);
                }

                CheckPredecessors(job, pieces, placements, bad);
            }
            else if (job.MustRun)
            {
                bad.Add($"Job '{job.Id}' must run and has no place.");
            }

            if (bad.Count >= MaxViolations)
            {
                return bad;
            }
        }

        if (known != placements.Count)
        {
            bad.AddRange(placements.Keys.Where(id => problem.FindJob(id) is null).Order(StringComparer.Ordinal).Select(static id => $"Job '{id}' is not in the problem."));
        }

        CheckCapacities(problem, change, bad);
        return bad;
    }

    private static bool CheckPieces(Job job, IReadOnlyList<Segment> pieces, int slots, List<string> bad)
    {
        if (pieces is null || pieces.Count == 0)
        {
            bad.Add($"Job '{job.Id}' has a place without a piece.");
            return false;
        }

        long total = 0;
        int minimum = pieces.Count > 1 ? job.Preemption?.MinSegmentSlots ?? 1 : 1;
        for (int i = 0; i < pieces.Count; i++)
        {
            Segment piece = pieces[i];
            if (piece.Length < 1 || piece.Start < 0 || piece.Length > slots - piece.Start)
            {
                bad.Add(Text($"Job '{job.Id}': the piece {piece} is empty or outside the horizon of {slots} slots."));
                return false;
            }

            if (i > 0 && piece.Start < pieces[i - 1].End)
            {
                bad.Add(Text($"Job '{job.Id}': the pieces {pieces[i - 1]} and {piece} overlap or are out of order."));
                return false;
            }

            if (piece.Length < minimum)
            {
                bad.Add(Text($"Job '{job.Id}': the piece {piece} is shorter than {minimum} slots."));
            }

            total += piece.Length;
        }

        int most = job.Preemption?.MaxSegments ?? 1;
        if (pieces.Count > most)
        {
            bad.Add(Text($"Job '{job.Id}' runs in {pieces.Count} pieces, at most {most} are allowed."));
        }

        long want = job.DurationSlots + ((long)(job.Preemption?.ResumeOverheadSlots ?? 0) * (pieces.Count - 1));
        if (total != want)
        {
            bad.Add(Text($"Job '{job.Id}' runs {total} slots and must run exactly {want}."));
        }

        if (pieces[0].Start < job.Release)
        {
            bad.Add(Text($"Job '{job.Id}' starts at slot {pieces[0].Start}, before its release {job.Release}."));
        }

        if (pieces[^1].End > job.Deadline)
        {
            bad.Add(Text($"Job '{job.Id}' ends at slot {pieces[^1].End}, after its deadline {job.Deadline}."));
        }

        return true;
    }

    private static void Occupy(Job job, IReadOnlyList<Segment> pieces, double[][] change)
    {
        for (int k = 0; k < change.Length; k++)
        {
            foreach (Segment piece in pieces)
            {
                change[k][piece.Start] += job.Demands[k];
                change[k][piece.End] -= job.Demands[k];
            }
        }
    }

    private static void CheckPredecessors(
        Job job, IReadOnlyList<Segment> pieces, IReadOnlyDictionary<string, IReadOnlyList<Segment>> placements, List<string> bad)
    {
        foreach (string predecessor in job.Predecessors)
        {
            if (!placements.TryGetValue(predecessor, out IReadOnlyList<Segment>? before) || before is null or { Count: 0 })
            {
                bad.Add($"Job '{job.Id}' runs although its predecessor '{predecessor}' does not.");
            }
            else if (pieces is { Count: > 0 } && pieces[0].Start < before[^1].End)
            {
                bad.Add(Text($"Job '{job.Id}' starts at slot {pieces[0].Start}, before its predecessor '{predecessor}' ends at {before[^1].End}."));
            }
        }
    }

    private static void CheckCapacities(SchedulingProblem problem, double[][] change, List<string> bad)
    {
        for (int k = 0; k < change.Length; k++)
        {
            ResourcePool pool = problem.Pools[k];
            double tolerance = problem.CapacityTolerance(k);
            double used = 0;
            for (int slot = 0; slot < problem.SlotCount; slot++)
            {
                used += change[k][slot];
                if (used > pool.CapacityAt(slot) + tolerance)
                {
                    bad.Add(Text($"Slot {slot}: resource '{pool.Name}' carries {used} of {pool.CapacityAt(slot)}."));
                }
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
