using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>The rules of the problem, slot by slot and without any code of the package: what the schedulers are judged by.</summary>
internal static class SlowChecker
{
    public static void Check(Schedule schedule)
    {
        SchedulingProblem problem = schedule.Problem;
        var runs = new Dictionary<string, List<int>>();
        double cost = 0;
        foreach (Assignment assignment in schedule.Assignments)
        {
            Job job = assignment.Job;
            runs.Should().NotContainKey(job.Id);
            List<int> slots = [.. assignment.Segments.SelectMany(segment => Enumerable.Range(segment.Start, segment.Length))];
            slots.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder();
            slots[0].Should().BeGreaterThanOrEqualTo(job.Release);
            slots[^1].Should().BeLessThan(Math.Min(job.Deadline, problem.SlotCount));
            int pieces = assignment.Segments.Count;
            pieces.Should().BeLessThanOrEqualTo(job.Preemption?.MaxSegments ?? 1);
            slots.Count.Should().Be(job.DurationSlots + ((pieces - 1) * (job.Preemption?.ResumeOverheadSlots ?? 0)));
            if (pieces > 1)
            {
                assignment.Segments.Should().OnlyContain(segment => segment.Length >= job.Preemption!.MinSegmentSlots);
            }

            double own = slots.Sum(slot => job.Rate * problem.Prices[slot]);
            assignment.Cost.Should().BeApproximately(own, 1e-9 * (1 + Math.Abs(own)));
            cost += own;
            runs.Add(job.Id, slots);
        }

        foreach (Rejection rejection in schedule.Rejections)
        {
            runs.Should().NotContainKey(rejection.JobId);
            rejection.Job.Penalty.Should().NotBeNull("only a job with a penalty may be rejected");
            rejection.Reason.Should().NotBeNullOrWhiteSpace();
            cost += rejection.Job.Penalty!.Value;
        }

        (schedule.Assignments.Count + schedule.Rejections.Count).Should().Be(problem.Jobs.Count);
        foreach (Job job in problem.Jobs.Where(job => runs.ContainsKey(job.Id)))
        {
            foreach (string before in job.Predecessors)
            {
                runs.Should().ContainKey(before);
                runs[before][^1].Should().BeLessThan(runs[job.Id][0]);
            }
        }

        for (int k = 0; k < problem.Pools.Count; k++)
        {
            double[] used = new double[problem.SlotCount];
            foreach (Job job in problem.Jobs.Where(job => runs.ContainsKey(job.Id)))
            {
                runs[job.Id].ForEach(slot => used[slot] += job.Demands[k]);
            }

            Enumerable.Range(0, problem.SlotCount).Should().OnlyContain(slot => used[slot] <= problem.Pools[k].CapacityAt(slot) * (1 + 1e-9));
        }

        schedule.TotalCost.Should().BeApproximately(cost, 1e-9 * (1 + Math.Abs(cost)));
        schedule.Bound.Value.Should().BeLessThanOrEqualTo(schedule.TotalCost);
        schedule.Evidence.Reasons.Should().NotBeEmpty();
    }

    /// <summary>The bound that dual prices prove, from its formula: every job at its cheapest relaxed run, minus the price of all capacity.</summary>
    public static double BoundOf(SchedulingProblem problem, DualPrices? prices)
    {
        double Charge(int k, int slot) => prices is null ? 0 : prices.Of(k)[slot];
        double CutCharge(Job job, int slot) => prices?.Cuts.Sum(cut =>
            cut.Multipliers[slot] * Math.Floor((cut.Quotient + 1) * job.Demands[cut.Resource] / (problem.Pools[cut.Resource].CapacityAt(slot) + 1))) ?? 0;
        var head = new Dictionary<string, int>();
        int Head(Job job)
        {
            if (!head.TryGetValue(job.Id, out int value))
            {
                value = job.Predecessors.Select(id => problem.FindJob(id)!).Select(before => Head(before) + before.DurationSlots).Append(job.Release).Max();
                head[job.Id] = value;
            }

            return value;
        }

        double total = 0;
        foreach (Job job in problem.Jobs)
        {
            int end = Math.Min(job.Deadline, problem.SlotCount);
            double best = job.Penalty ?? double.PositiveInfinity;
            double[] slots = [.. Enumerable.Range(0, problem.SlotCount).Select(slot =>
                Enumerable.Range(0, problem.Pools.Count).Any(k => job.Demands[k] > problem.Pools[k].CapacityAt(slot) * (1 + 1e-9))
                    ? double.PositiveInfinity
                    : (job.Rate * problem.Prices[slot]) + Enumerable.Range(0, problem.Pools.Count).Sum(k => job.Demands[k] * Charge(k, slot)) + CutCharge(job, slot))];
            if (job.Preemption is not { } rule)
            {
                for (int start = Head(job); start + job.DurationSlots <= end; start++)
                {
                    best = Math.Min(best, slots[start..(start + job.DurationSlots)].Sum());
                }
            }
            else
            {
                double[] sorted = [.. slots.Take(end).Skip(Head(job)).Where(double.IsFinite).Order()];
                for (int length = job.DurationSlots, pieces = 1; length <= sorted.Length && pieces <= rule.MaxSegments; length += rule.ResumeOverheadSlots, pieces++)
                {
                    best = Math.Min(best, sorted[..length].Sum());
                }
            }

            total += best;
        }

        for (int k = 0; k < problem.Pools.Count; k++)
        {
            for (int slot = 0; slot < problem.SlotCount; slot++)
            {
                total -= Charge(k, slot) * problem.Pools[k].CapacityAt(slot);
            }
        }

        foreach (RoundingCut cut in prices?.Cuts ?? [])
        {
            for (int slot = 0; slot < problem.SlotCount; slot++)
            {
                double capacity = problem.Pools[cut.Resource].CapacityAt(slot);
                total -= cut.Multipliers[slot] * Math.Floor((cut.Quotient + 1) * capacity / (capacity + 1));
            }
        }

        return total;
    }
}
