using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Says why a job has no place, and what would give it one.</summary>
internal static class FeasibilityAnalysis
{
    /// <summary>The jobs that could not run even alone.</summary>
    public static IReadOnlyList<Infeasibility> Structural(SolverModel model)
    {
        var found = new List<Infeasibility>();
        for (int j = 0; j < model.JobCount; j++)
        {
            if (Alone(model, j) is { } reason)
            {
                found.Add(reason);
            }
        }

        return found;
    }

    /// <summary>Why a job could not run even alone, or null where it could.</summary>
    public static Infeasibility? Alone(SolverModel model, int j)
    {
        Job job = model.Jobs[j];
        int duration = job.DurationSlots;
        int ownEnd = Math.Min(job.Deadline, model.SlotCount);
        var window = new Segment(model.Head[j], model.HardDue[j] - model.Head[j]);
        if (ownEnd - job.Release < duration)
        {
            long need = (long)job.Release + duration;
            bool beyond = need > model.SlotCount;
            string remedy = beyond
                ? Text($"start it at slot {model.SlotCount - duration} or earlier, or schedule over a price curve of {need} slots or more")
                : Text($"a deadline of slot {need} or later, or a duration of {Math.Max(0, ownEnd - job.Release)} slots at most");
            return new Infeasibility(
                job.Id,
                InfeasibleConstraint.Deadline,
                new Segment(job.Release, ownEnd - job.Release),
                null,
                Text($"Job '{job.Id}' runs {duration} slots, but from its release at slot {job.Release} to {(job.Deadline > model.SlotCount ? "the end of the horizon" : "its deadline")} at slot {ownEnd} there are {ownEnd - job.Release}."),
                remedy,
                IsProven: true);
        }

        if (window.Length < duration)
        {
            string blame = model.Head[j] > job.Release ? Text($"its predecessors end at slot {model.Head[j]} at the earliest") : "";
            blame += model.HardDue[j] < ownEnd ? Text($"{(blame.Length > 0 ? " and " : "")}its successors start at slot {model.HardDue[j]} at the latest") : "";
            return new Infeasibility(
                job.Id,
                InfeasibleConstraint.Precedence,
                window,
                null,
                Text($"Job '{job.Id}' runs {duration} slots, but {blame}: {Math.Max(0, window.Length)} slots are left."),
                Text($"{duration - window.Length} slots more: a later deadline for it and its successors, an earlier release or shorter runs of its predecessors"),
                IsProven: true);
        }

        return Capacity(model, j, window);
    }

    /// <summary>The exception for a job that must run and found no place beside the others.</summary>
    public static SchedulingException Refusal(SolverModel model, SlotPlan plan, RunSearch search, int job)
    {
        Infeasibility reason = Alone(model, job) ?? AlonePredecessor(model, job) ?? Beside(model, plan, search, job);
        return new SchedulingException(Text($"{reason.Message} What would help: {reason.Remedy}."))
        {
            JobId = reason.JobId,
            Constraint = reason.Constraint,
            Remedy = reason.Remedy,
        };
    }

    /// <summary>Why a job has no place in a plan, in one sentence.</summary>
    public static string WhyRejected(SolverModel model, SlotPlan plan, RunSearch search, int job)
    {
        if (Alone(model, job) is { } alone)
        {
            return alone.Message;
        }

        int unplaced = Array.Find(model.Predecessors[job], p => !plan.IsPlaced(p));
        if (Array.Exists(model.Predecessors[job], p => !plan.IsPlaced(p)))
        {
            return Text($"Its predecessor '{model.Jobs[unplaced].Id}' is rejected.");
        }

        return search.Find(plan, job, plan.Earliest(job), plan.Latest(job), guide: null, blinks: 0, inPieces: true)
            ? Text($"Its cheapest free place costs {search.Cost:G15}, more than its penalty of {model.Penalty[job]:G15}.")
            : Beside(model, plan, search, job).Message;
    }

    private static Infeasibility? AlonePredecessor(SolverModel model, int job)
    {
        var seen = new HashSet<int> { job };
        var open = new Queue<int>(model.Predecessors[job]);
        while (open.TryDequeue(out int p))
        {
            if (seen.Add(p))
            {
                if (Alone(model, p) is { } reason)
                {
                    return reason;
                }

                foreach (int before in model.Predecessors[p])
                {
                    open.Enqueue(before);
                }
            }
        }

        return null;
    }

    private static Infeasibility? Capacity(SolverModel model, int j, Segment window)
    {
        int duration = model.Duration[j];
        int run = 0;
        int longest = 0;
        int open = 0;
        for (int t = window.Start; t < window.End; t++)
        {
            bool isOpen = model.IsOpen(j, t);
            run = isOpen ? run + 1 : 0;
            open += isOpen ? 1 : 0;
            longest = Math.Max(longest, run);
        }

        bool fits = longest >= duration || model.Pieces[j].Kind switch
        {
            PieceKind.AnySlots => open >= duration,
            PieceKind.Pieces => FitsInPieces(model, j, window),
            _ => false,
        };
        if (fits)
        {
            return null;
        }

        // The window whose largest shortfall is least tells how much capacity is missing.
        int worst = 0;
        double least = double.PositiveInfinity;
        int leastStart = window.Start;
        for (int start = window.Start; start <= window.End - duration; start++)
        {
            double lack = 0;
            int lacking = 0;
            for (int t = start; t < start + duration; t++)
            {
                for (int k = 0; k < model.ResourceCount; k++)
                {
                    double missing = model.Demand[(j * model.ResourceCount) + k] - model.Capacity[k][t];
                    if (missing > lack)
                    {
                        (lack, lacking) = (missing, k);
                    }
                }
            }

            if (lack < least)
            {
                (least, worst, leastStart) = (lack, lacking, start);
            }
        }

        Job job = model.Jobs[j];
        string pool = model.Problem.Pools[worst].Name;
        return new Infeasibility(
            job.Id,
            InfeasibleConstraint.Capacity,
            window,
            pool,
            Text($"Job '{job.Id}' needs {job.Demands[worst]} of '{pool}' for {duration} slots{(job.Preemption is null ? " in a row" : "")}, but in its window {window} that much is there for {longest} slots in a row and {open} in all, even with nothing else running."),
            Text($"{least} more of '{pool}' in slots {leastStart}..{leastStart + duration - 1}, or a demand of {job.Demands[worst] - least} at most"),
            IsProven: true);
    }

    private static bool FitsInPieces(SolverModel model, int j, Segment window)
    {
        bool[] open = new bool[model.SlotCount];
        for (int t = window.Start; t < window.End; t++)
        {
            open[t] = model.IsOpen(j, t);
        }

        return new PieceSearch(model).Cheapest(j, open, window.Start, window.End, model.PricePrefix, out _) is not null;
    }

    private static Infeasibility Beside(SolverModel model, SlotPlan plan, RunSearch search, int j)
    {
        Job job = model.Jobs[j];
        int duration = model.Duration[j];
        int from = Math.Max(model.Head[j], plan.Earliest(j));
        var window = new Segment(model.Head[j], model.HardDue[j] - model.Head[j]);
        (double least, int pool, int at) = LeastShortfall(model, plan, j, Math.Min(from, window.End - duration), window.End);
        string name = model.Problem.Pools[pool].Name;
        Overload? proof = EnergyProof(model, j);
        string claim = proof is { } overload
            ? Text($"no schedule can hold it: the jobs that must run inside slots [{overload.From}, {overload.To}) need {overload.Work:G15} slot units of '{model.Problem.Pools[overload.Pool].Name}', {overload.Room:G15} are there")
            : "no place was found for it beside the others";
        bool later = search.FindEarliest(plan, j, Math.Max(0, from), model.SlotCount);
        string remedy = Text($"{least:G6} more of '{name}' in slots {at}..{at + duration - 1}");
        if (later && search.Slots[^1] + 1 > window.End)
        {
            remedy += Text($", or a deadline of slot {search.Slots[^1] + 1} or later");
        }

        remedy += ", or a penalty at which it may be rejected";
        return new Infeasibility(
            job.Id,
            InfeasibleConstraint.Contention,
            window,
            name,
            Text($"Job '{job.Id}' ({duration} slots, {Demands(model, j)}) fits into its window {window} alone, but {claim}."),
            remedy,
            proof is not null);
    }

    private static string Demands(SolverModel model, int j) =>
        string.Join(", ", Enumerable.Range(0, model.ResourceCount).Select(k => Text($"{model.Jobs[j].Demands[k]} of '{model.Problem.Pools[k].Name}'")));

    private static (double Lack, int Pool, int Start) LeastShortfall(SolverModel model, SlotPlan plan, int j, int from, int to)
    {
        (double, int, int) best = (double.PositiveInfinity, 0, from);
        for (int start = from; start <= to - model.Duration[j]; start++)
        {
            double lack = 0;
            int pool = 0;
            for (int t = start; t < start + model.Duration[j]; t++)
            {
                for (int k = 0; k < model.ResourceCount; k++)
                {
                    double missing = model.Demand[(j * model.ResourceCount) + k] - plan.Free[k][t];
                    if (missing > lack)
                    {
                        (lack, pool) = (missing, k);
                    }
                }
            }

            if (lack < best.Item1)
            {
                best = (lack, pool, start);
            }
        }

        return best;
    }

    /// <summary>
    /// A span of slots in which the jobs that must run there in full need more than there is: proof that not all of them can run (energetic reasoning in its
    /// simplest form; P. Baptiste, C. Le Pape and W. Nuijten, <i>Constraint-Based Scheduling</i>, Kluwer, 2001, chapter 3). O(slots^2 + jobs) per resource.
    /// </summary>
    private static Overload? EnergyProof(SolverModel model, int job)
    {
        int slots = model.SlotCount;
        if (slots > 2_000)
        {
            return null;
        }

        for (int k = 0; k < model.ResourceCount; k++)
        {
            // work[a, b]: of the jobs that start at a at the earliest and end at b at the latest, summed below over all a >= from.
            double[] room = new double[slots + 1];
            for (int t = 0; t < slots; t++)
            {
                room[t + 1] = room[t] + model.Capacity[k][t];
            }

            var byHead = new List<int>[slots + 1];
            for (int j = 0; j < model.JobCount; j++)
            {
                if ((model.MustRun(j) || j == job) && model.Head[j] >= 0 && model.Head[j] <= slots && model.HardDue[j] > 0)
                {
                    (byHead[model.Head[j]] ??= []).Add(j);
                }
            }

            double[] work = new double[slots + 1];
            for (int from = slots; from >= 0; from--)
            {
                foreach (int j in byHead[from] ?? [])
                {
                    work[model.HardDue[j]] += model.Demand[(j * model.ResourceCount) + k] * model.Duration[j];
                }

                double sum = 0;
                for (int to = from + 1; to <= slots; to++)
                {
                    sum += work[to];
                    if (from <= model.Head[job] && to >= model.HardDue[job] && sum > (room[to] - room[from]) * (1 + 1e-9))
                    {
                        return new Overload(from, to, k, sum, room[to] - room[from]);
                    }
                }
            }
        }

        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Overload(int From, int To, int Pool, double Work, double Room);
}
