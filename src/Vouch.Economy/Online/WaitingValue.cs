namespace Vouch.Economy.Online;

/// <summary>
/// What it is expected to cost to finish a job, slot by slot: if its run begins there, and if it waits there for the best moment. Capacity is a chain with two states
/// for the job, up where there is room beside all work that is worth more, and down; a run that meets a fall goes on later (its work kept) or starts over.
/// </summary>
/// <remarks>
/// Optimal stopping in a two-state Markov environment, solved backwards from the last start: O(window) per job that cannot resume, O(window * stages) for one that can,
/// whose work is taken as up to four runs in a row. Nothing is allocated once the window fits. Not safe to share.
/// </remarks>
internal sealed class WaitingValue
{
    /// <summary>In how many runs the work of a job that can resume is taken to be done.</summary>
    private const int Stages = 4;

    private readonly OnlinePlan _plan;
    private readonly CapacityHistory[] _histories;
    private readonly double[][] _given;
    private readonly double[] _fall = new double[CapacityHistory.Levels + 2];
    private readonly double[] _stay;
    private readonly double[] _back;
    private readonly double[][] _up;
    private readonly double[][] _down;
    private readonly double[] _run;
    private readonly double[] _expected;
    private readonly double[] _crowding;
    private readonly double[] _alone;
    private int _stages;

    public WaitingValue(OnlinePlan plan, CapacityHistory[] histories, double[][] given)
    {
        _plan = plan;
        _histories = histories;
        _given = given;
        int slots = plan.Slots + 2;
        _stay = new double[slots];
        _back = new double[slots];
        _up = [.. Enumerable.Range(0, Stages + 1).Select(_ => new double[slots])];
        _down = [.. Enumerable.Range(0, Stages + 1).Select(_ => new double[slots])];
        _run = new double[slots];
        _expected = new double[slots];
        _crowding = new double[slots];
        _alone = new double[slots];
    }

    /// <summary>How many slots were looked at so far: the work done.</summary>
    public long Work { get; private set; }

    /// <summary>The expected cost of a run that begins in a slot, after <see cref="Compute"/>.</summary>
    public double Run(int slot) => _run[slot];

    /// <summary>The expected cost of waiting from a slot on, with room there and without, after <see cref="Compute"/>.</summary>
    public (double Up, double Down) Wait(int slot) => (_up[_stages][slot], _down[_stages][slot]);

    /// <summary>The chance that there is room in a slot, given that there was in the one before, and given that there was not.</summary>
    public (double Stay, double Back) Chances(int slot) => (_stay[slot], _back[slot]);

    /// <summary>Looks at all starts of a job that is not in the plan.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">The first slot.</param>
    /// <param name="length">How long its work still takes.</param>
    /// <param name="last">The last start.</param>
    /// <param name="failure">What it costs not to have begun by then: the penalty, or what the run on the floor costs.</param>
    public void Compute(LiveJob job, int from, int length, int last, double failure)
    {
        Chain(job, length, from, Math.Max(last + length, job.RunStart >= 0 ? job.RunEnd : 0), job.IsGuaranteed ? last : int.MaxValue);
        int stages = !job.IsPreemptible ? 1 : Math.Clamp(Math.Min(length / (2 * Math.Max(1, job.Job.Preemption!.MinSegmentSlots)), job.Job.Preemption.MaxSegments - job.Kept.Count - (job.RunStart >= 0 ? 1 : 0)), 1, Stages);
        _stages = stages;
        double repeat = job.IsPreemptible ? (double)job.Job.Preemption!.ResumeOverheadSlots / length : 0;
        int done = 0;
        for (int stage = 1; stage <= stages; stage++)
        {
            int part = (length * stage / stages) - done;
            done += part;
            Stage(job, stage, from, part, last + length - done, failure, job.IsPreemptible, repeat);
            Work += last + length - done - from;
        }
    }

    /// <summary>Finds the start that is expected to cost least if the choice is made beforehand, among those where the plan has room; the first of those that cost the same.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">The first start, one that was computed.</param>
    /// <param name="length">How long the run is.</param>
    /// <param name="last">The last start.</param>
    /// <param name="room">The chance that there is room in the first slot.</param>
    /// <param name="now">The slot that runs.</param>
    /// <param name="share">The largest share of a pool that the job needs.</param>
    /// <returns>The start.</returns>
    public int Best(LiveJob job, int from, int length, int last, double room, int now, double share)
    {
        for (int slot = from; slot <= last; slot++)
        {
            if (slot > from)
            {
                room = (room * _stay[slot]) + ((1 - room) * _back[slot]);
            }

            _expected[slot] = (room * _run[slot]) + ((1 - room) * _down[_stages][slot]);
        }

        Crowd(job, from, last + length, now);
        double crowded = 0;
        int best = -1;
        for (int slot = last + length - 1; slot >= from; slot--)
        {
            crowded += _crowding[slot] - (slot + length <= last + length - 1 ? _crowding[slot + length] : 0);
            if (slot <= last)
            {
                _alone[slot] = _expected[slot];
                _expected[slot] += crowded * Overload * share;
                best = best < 0 || _expected[slot] <= _expected[best] ? slot : best;
            }
        }

        return best;
    }

    /// <summary>The same without what it costs others.</summary>
    public double Alone(int slot) => _alone[slot];

    /// <summary>What it is expected to cost, per slot and share of a pool, that others have to make room where more is planned than there turns out to be.</summary>
    public double Overload { get; set; }

    /// <summary>The chance, slot by slot, that a job meets more work than there is room for.</summary>
    private void Crowd(LiveJob job, int from, int end, int now)
    {
        Span<double> crowding = _crowding.AsSpan(from, end - from);
        crowding.Clear();
        for (int k = 0; k < _histories.Length; k++)
        {
            double demand = job.Demands[k];
            if (demand == 0)
            {
                continue;
            }

            CapacityHistory history = _histories[k];
            // What was put off too often does not ask what it costs others.
            ReadOnlySpan<double> planned = _plan.Ahead(k, job.WorthClass == OnlinePlan.Classes - 1 ? job.WorthClass : 0)[from..end];
            ReadOnlySpan<double> given = _given[k].AsSpan(from, end - from);
            for (int at = 0; at < crowding.Length; at++)
            {
                double chance = double.IsNaN(given[at])
                    ? (history.Below(history.LevelOf(planned[at] + (demand / 2)), from + at - now) + history.Below(history.LevelOf(planned[at] + demand), from + at - now)) / 2
                    : Math.Clamp((planned[at] + demand - given[at]) / demand, 0, 1);
                crowding[at] = Math.Max(crowding[at], chance);
            }
        }
    }

    /// <summary>What a start is expected to cost if the choice is made beforehand, after <see cref="Best"/>.</summary>
    public double Expected(int slot) => _expected[slot];

    /// <summary>What it is expected to cost to go on with a run that would leave, stopped now, what was computed last.</summary>
    public double GoOn(LiveJob job, int now, int last, double failure)
    {
        int end = Math.Min(job.RunEnd, _plan.Slots);
        double[] down = _down[_stages];
        double cost = 0;
        double holds = 1;
        for (int slot = now; slot < end; slot++)
        {
            if (slot > now)
            {
                double stay = job.IsProtected(slot) ? 1 : _stay[slot];
                double again = slot <= last ? down[slot] : failure;
                cost += holds * (1 - stay) * (job.Keeps(slot) ? again * (end - slot) / Math.Max(1, end - now) : again);
                holds *= stay;
            }

            cost += holds * job.Job.Rate * _plan.Prices[slot];
        }

        Work += end - now;
        return cost;
    }

    /// <summary>The chances from slot to slot that there is room for a job.</summary>
    private void Chain(LiveJob job, int length, int from, int end, int relied)
    {
        int first = Math.Max(0, from - 1);
        end = Math.Min(end, _plan.Slots);
        for (int k = 0; k < _histories.Length; k++)
        {
            double demand = job.Demands[k];
            CapacityHistory history = _histories[k];
            ReadOnlySpan<double> ahead = _plan.Ahead(k, job.WorthClass);
            ReadOnlySpan<double> more = _plan.Ahead(k, Math.Min(job.WorthClass + 1, OnlinePlan.Classes - 1));
            ReadOnlySpan<double> given = _given[k];
            _fall.AsSpan().Fill(double.NaN);
            ReadOnlySpan<double> rise = history.Rise;
            ReadOnlySpan<double> share = history.Share;
            int before = -1;
            for (int slot = first; slot < end; slot++)
            {
                double amount = ((ahead[slot] + more[slot]) / 2) + demand;
                int level = demand == 0 ? 0 : history.LevelOf(amount);
                if (double.IsNaN(_fall[level]))
                {
                    _fall[level] = history.Fall(level, length);
                }

                double stay = 1 - _fall[level];
                double back = rise[level];
                if (level != before && before >= 0)
                {
                    double now = share[level];
                    double then = share[before];
                    double kept = now < then ? now / then : 1;
                    double won = now > then ? (now - then) / (1 - then) : 0;
                    (stay, back) = ((kept * stay) + ((1 - kept) * back), (won * stay) + ((1 - won) * back));
                }

                before = level;
                if (!double.IsNaN(given[slot]) && demand > 0)
                {
                    stay = back = amount <= given[slot] * (1 + 1e-9) ? 0.999 : 0.001;
                }

                if (slot >= relied)
                {
                    stay = back = 1;
                }

                _stay[slot] = k == 0 ? stay : Math.Min(_stay[slot], stay);
                _back[slot] = k == 0 ? back : Math.Min(_back[slot], back);
            }
        }
    }

    private void Stage(LiveJob job, int stage, int from, int length, int last, double failure, bool keeps, double repeat)
    {
        double[] up = _up[stage];
        double[] down = _down[stage];
        double[] nextUp = _up[stage - 1];
        double[] nextDown = _down[stage - 1];
        double rate = job.Job.Rate;
        ReadOnlySpan<double> prices = _plan.Prices;
        double least = Math.Exp(-600.0 / Math.Max(1, length));
        up[last + 1] = down[last + 1] = failure;

        // Sums over the window of a run that begins here: its price as far as it gets, and what a fall on the way leads to. Both slide backwards by one slot at a time.
        double cost = prices[last + length - 1];
        double broken = 0;
        double holds = 1;
        for (int slot = last + length - 2; slot >= last; slot--)
        {
            double stay = Math.Max(least, _stay[slot + 1]);
            cost = prices[slot] + (stay * cost);
            broken = ((1 - stay) * Left(slot + 1)) + (stay * broken);
            holds *= stay;
        }

        for (int slot = last; slot >= from; slot--)
        {
            if (slot < last && length == 1)
            {
                cost = prices[slot];
            }
            else if (slot < last)
            {
                // From the window [slot + 1, slot + length] to [slot, slot + length - 1].
                int gone = slot + length;
                double enter = Math.Max(least, _stay[slot + 1]);
                double leave = Math.Max(least, _stay[gone]);
                cost = prices[slot] + (enter * (cost - (holds * prices[gone])));
                broken = ((1 - enter) * Left(slot + 1)) + (enter * (broken - (holds / leave * (1 - leave) * Left(gone))));
                holds = holds / leave * enter;
            }

            double after = 0;
            if (stage > 1)
            {
                int end = slot + length;
                double stay = _stay[end];
                after = holds * ((stay * nextUp[end]) + ((1 - stay) * nextDown[end]));
            }

            double run = (rate * cost) + broken + after + (keeps ? repeat * rate * Math.Abs(cost) * (1 - holds) : 0);
            _run[slot] = run;
            double waitUp = slot == last ? failure : (_stay[slot + 1] * up[slot + 1]) + ((1 - _stay[slot + 1]) * down[slot + 1]);
            double waitDown = slot == last ? failure : (_back[slot + 1] * up[slot + 1]) + ((1 - _back[slot + 1]) * down[slot + 1]);
            up[slot] = Math.Min(run, waitUp);
            down[slot] = waitDown;
        }

        double Left(int at)
        {
            double again = at <= last ? down[at] : failure;
            return keeps ? 0.5 * (again + (stage > 1 ? nextDown[at] : 0)) : again;
        }
    }
}
