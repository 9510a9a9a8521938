namespace Vouch.Economy.Online;

/// <summary>What the uncertainty of capacity adds to the cost of a run, as far as it is known: the chance to miss the deadline, and the work lost on the way.</summary>
/// <remarks>
/// A run of L slots holds with chance q = (1 - h)^L at a hazard of h per slot. A run that breaks costs an outage and, where it starts over, half its length; slack divided
/// by that is the number of further tries, each failing with chance 1 - q. A job that keeps its work misses its deadline when outages eat its slack; their length is
/// taken as exponential.
/// </remarks>
internal readonly struct RunRisk
{
    private RunRisk(double atNoSlack, double perSlot, double waste, double ran)
    {
        Ran = ran;
        AtNoSlack = atNoSlack;
        PerSlot = perSlot;
        Waste = waste;
    }

    /// <summary>The chance to miss the deadline without slack.</summary>
    public double AtNoSlack { get; }

    /// <summary>What each slot of slack multiplies that chance by.</summary>
    public double PerSlot { get; }

    /// <summary>The share of the run's cost that is lost with broken runs, in the mean.</summary>
    public double Waste { get; }

    /// <summary>The share of a run that takes place before it breaks, in the mean.</summary>
    public double Ran { get; }

    public static RunRisk Of(LiveJob job, int length, CapacityHistory[] histories, SteadyLoad steady)
    {
        double hazard = 0;
        double available = 1;
        double outage = 0;
        for (int k = 0; k < histories.Length; k++)
        {
            double level = job.Demands[k] == 0 ? 0 : steady.Before(job, k) + job.Demands[k];
            hazard = Math.Max(hazard, histories[k].Hazard(level));
            available = Math.Min(available, histories[k].Availability(level));
            outage = Math.Max(outage, histories[k].Outage(level));
        }

        double breaks = 1 - Math.Pow(1 - hazard, length);
        double blocked = 1 - ((1 - breaks) * available);
        double wait = Math.Exp(-1 / outage);
        if (job.IsPreemptible)
        {
            int overhead = job.Job.Preemption!.ResumeOverheadSlots;
            double stops = Math.Max(1, hazard * length);
            return new RunRisk(blocked, Math.Exp(-1 / ((outage + overhead) * stops)), Math.Min(1, hazard * overhead), 1);
        }

        double retry = Math.Pow(Math.Max(1e-12, breaks), 1 / (outage + (length / 2.0)));
        return new RunRisk(blocked, Math.Max(retry, wait), 0.5 * breaks, breaks > 1e-9 ? breaks / (hazard * length) : 1);
    }
}
