using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>Which starts of work that cannot resume wait until capacity is likelier to hold for as long as it runs.</summary>
/// <remarks>
/// A run that is stopped is paid for twice. Whether capacity holds is asked of sampled courses (<see cref="CapacityScenarios"/>), beside all running work that cannot resume either; work that can
/// resume is not counted, since it stops first and so absorbs the falls. Scenarios for decisions at hand as in P. Van Hentenryck and R. Bent, <i>Online Stochastic Combinatorial Optimization</i>,
/// MIT Press, 2006; here they ask for one chance only, not for a plan each.
/// </remarks>
public sealed partial class OnlineScheduler
{
    /// <summary>The chance to hold that is asked for where there is all the time in the world: more likely than not.</summary>
    private const double Assurance = 0.5;

    /// <summary>How the chance that is asked for fades as the latest start comes near, in hours: with days left it is all of <see cref="Assurance"/>, with four hours left a fifth of it.</summary>
    private const double PatienceHours = 16;

    /// <summary>Runs shorter than this, in hours, start at once: they meet few falls and lose little by them.</summary>
    private const double LongRunHours = 3;

    private readonly CapacityScenarios _scenarios;
    private double[][]? _firm;
    private int _firmAt = int.MinValue;

    /// <summary>Whether a job starts now, as far as what capacity may do next is concerned.</summary>
    private bool Dares(LiveJob job)
    {
        double slotsPerHour = TimeSpan.FromHours(1) / _curve.SlotLength;
        int slack = job.LatestStart - _now;
        if (job.IsPreemptible || slack <= 0 || job.IsGuaranteed || job.Left < LongRunHours * slotsPerHour || Insists(job))
        {
            return true;
        }

        return ChanceToHold(job) >= Assurance * (1 - Math.Exp(-slack / (PatienceHours * slotsPerHour)));
    }

    /// <summary>The chance that a run that begins now is not stopped for want of capacity, work that can resume making room for it.</summary>
    private double ChanceToHold(LiveJob job)
    {
        int end = Math.Min(job.Left, _scenarios.Reach);
        double[][] firm = Firm();
        int held = 0;
        for (int i = 0; i < CapacityScenarios.Count; i++)
        {
            double[][] course = _scenarios.Course(i, Math.Max(end, Math.Min(_longest, _scenarios.Reach)));
            bool holds = true;
            for (int k = 0; k < _pools.Length && holds; k++)
            {
                double demand = job.Demands[k];
                for (int at = 0; at < end && holds && demand > 0; at++)
                {
                    holds = firm[k][at] + demand <= course[k][at] * (1 + 1e-9);
                }
            }

            held += holds ? 1 : 0;
        }

        // Jeffreys' rule: what never failed in so many courses may fail all the same.
        return (held + 0.5) / (CapacityScenarios.Count + 1);
    }

    /// <summary>What running work that cannot resume takes of each pool, from the slot that runs on.</summary>
    private double[][] Firm()
    {
        _firm ??= [.. _pools.Select(_ => new double[_scenarios.Reach])];
        if (_firmAt != _now)
        {
            _firmAt = _now;
            Array.ForEach(_firm, static amounts => Array.Clear(amounts));
            _running.ForEach(job => OccupyFirmly(job, 1));
        }

        return _firm;
    }

    private void OccupyFirmly(LiveJob job, int sign)
    {
        if (_firmAt != _now || job.IsPreemptible)
        {
            return;
        }

        int end = Math.Min(job.RunEnd - _now, _scenarios.Reach);
        for (int k = 0; k < _pools.Length; k++)
        {
            for (int at = 0; at < end; at++)
            {
                _firm![k][at] += sign * job.Demands[k];
            }
        }
    }

    /// <summary>Plans a job for the next slot, in which it is asked again.</summary>
    private void HoldBack(LiveJob job)
    {
        Unplan(job);
        job.HeldBackAt = _now;
        Put(job, _now + 1);
        Decide(DecisionKind.Moved, job, "capacity is not likely to hold for as long as it runs", new Segment(_now, job.Left), new Segment(_now + 1, job.Left));
    }
}
