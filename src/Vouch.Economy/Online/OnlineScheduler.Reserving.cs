namespace Vouch.Economy.Online;

/// <summary>What is kept free for work that was put off too often and needs more room than any one run that ends leaves.</summary>
public sealed partial class OnlineScheduler
{
    /// <summary>The slot in which a job finds room if nothing else starts, and what is left of each pool beside it then.</summary>
    private sealed record Reservation(int Slot, double[] Spare);

    /// <summary>Whether a job was put off too often to be put off for other tenants again.</summary>
    private bool Insists(LiveJob job) => _tenants.Count > 1 && job.Displacements >= _options.MaxDisplacements;

    /// <summary>
    /// Where a job finds room at the latest if capacity stays as it is: as running work ends, one run after the other. Others may start before it where they end by then or fit beside
    /// it (EASY backfilling; D. A. Lifka, <i>The ANL/IBM SP Scheduling System</i>, JSSPP 1995).
    /// </summary>
    private Reservation? Reserve(LiveJob job)
    {
        double[] free = [.. _actual.Select((capacity, k) => capacity - Load[k])];
        bool Fits() => Enumerable.Range(0, free.Length).All(k => job.Demands[k] <= free[k] + (1e-9 * _actual[k]));
        foreach (LiveJob other in _running.OrderBy(static run => run.RunEnd))
        {
            for (int k = 0; k < free.Length; k++)
            {
                free[k] += other.Demands[k];
            }

            if (Fits())
            {
                return new Reservation(other.RunEnd, [.. free.Select((amount, k) => amount - job.Demands[k])]);
            }
        }

        // More than there is: nothing is gained by keeping others from it.
        return null;
    }

    /// <summary>Whether a job may start before the one that room is kept for; what it takes beside it is taken from what is spare.</summary>
    private static bool LeavesRoom(int now, LiveJob job, Reservation first)
    {
        if (now + job.Left <= first.Slot)
        {
            return true;
        }

        for (int k = 0; k < first.Spare.Length; k++)
        {
            if (job.Demands[k] > first.Spare[k] * (1 + 1e-9))
            {
                return false;
            }
        }

        for (int k = 0; k < first.Spare.Length; k++)
        {
            first.Spare[k] -= job.Demands[k];
        }

        return true;
    }
}
