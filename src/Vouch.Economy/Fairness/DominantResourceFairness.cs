namespace Vouch.Economy.Fairness;

/// <summary>
/// Divides several resources among tenants whose tasks need them in different proportions, so that the largest share that each gets of any resource, divided by its
/// weight, is as equal as it can be.
/// </summary>
/// <remarks>
/// <para>
/// With tasks that may be divided (<see cref="Divide"/>): every tenant gets at least what a split of all resources by weight would give it (sharing incentive), none would
/// rather have another's bundle scaled by weight (envy-freeness), none gains by asking for other proportions than it needs (strategy-proofness), and nothing is
/// left that anybody could use (Pareto efficiency). With whole tasks (<see cref="Fill"/>) the same up to one task.
/// </para>
/// <para>Source: A. Ghodsi et al., <i>Dominant Resource Fairness: Fair Allocation of Multiple Resource Types</i>, NSDI 2011. Thread-safe; deterministic.</para>
/// </remarks>
public static class DominantResourceFairness
{
    /// <summary>Divides by progressive filling: the weighted dominant shares of all tenants rise together; who needs a resource that runs out, or has all it has use for, stops.</summary>
    /// <param name="capacities">How much there is of each resource, finite, 0 or more.</param>
    /// <param name="tenants">The tenants, each with one demand per resource.</param>
    /// <returns>One share per tenant, in their order.</returns>
    /// <exception cref="ArgumentException">A capacity is outside its range, or the number of demands is wrong.</exception>
    /// <remarks>Exact, in at most one round per tenant and resource: O((tenants + resources) * tenants * resources).</remarks>
    public static IReadOnlyList<FairShare> Divide(IReadOnlyList<double> capacities, IReadOnlyList<TenantDemand> tenants)
    {
        Check(capacities, tenants);
        double[] free = [.. capacities];
        double[] tasks = new double[tenants.Count];
        int?[] bottleneck = new int?[tenants.Count];
        bool[] done = new bool[tenants.Count];
        double[] perLevel = [.. tenants.Select(tenant => TasksPerShare(tenant, capacities))];
        for (int i = 0; i < tenants.Count; i++)
        {
            Stop(i, capacities, tenants, free, tasks, bottleneck, done);
        }

        while (Array.Exists(done, static stopped => !stopped))
        {
            // How far the common level may rise before a resource runs out or a tenant has all it has use for.
            double rise = double.PositiveInfinity;
            for (int k = 0; k < free.Length; k++)
            {
                double speed = 0;
                for (int i = 0; i < tenants.Count; i++)
                {
                    speed += done[i] ? 0 : perLevel[i] * tenants[i].Demands[k];
                }

                rise = speed > 0 ? Math.Min(rise, free[k] / speed) : rise;
            }

            for (int i = 0; i < tenants.Count; i++)
            {
                rise = !done[i] && tenants[i].Limit is { } limit ? Math.Min(rise, (limit - tasks[i]) / perLevel[i]) : rise;
            }

            for (int i = 0; i < tenants.Count; i++)
            {
                if (!done[i])
                {
                    tasks[i] += rise * perLevel[i];
                    for (int k = 0; k < free.Length; k++)
                    {
                        free[k] = Math.Max(0, free[k] - (rise * perLevel[i] * tenants[i].Demands[k]));
                    }
                }
            }

            for (int i = 0; i < tenants.Count; i++)
            {
                Stop(i, capacities, tenants, free, tasks, bottleneck, done);
            }
        }

        return [.. tenants.Select((tenant, i) => Share(tenant, tasks[i], bottleneck[i], capacities))];
    }

    /// <summary>Fills with whole tasks: the next one goes to the tenant with the smallest weighted dominant share whose task still fits, the first of those that are equal.</summary>
    /// <param name="capacities">How much there is of each resource, finite, 0 or more.</param>
    /// <param name="tenants">The tenants, each with one demand per resource.</param>
    /// <returns>One share per tenant, in their order.</returns>
    /// <exception cref="ArgumentException">A capacity is outside its range, or the number of demands is wrong.</exception>
    /// <remarks>O(tasks * (log tenants + resources)).</remarks>
    public static IReadOnlyList<FairShare> Fill(IReadOnlyList<double> capacities, IReadOnlyList<TenantDemand> tenants)
    {
        Check(capacities, tenants);
        double[] free = [.. capacities];
        double[] tasks = new double[tenants.Count];
        int?[] bottleneck = new int?[tenants.Count];
        var next = new PriorityQueue<int, (double Level, int Index)>();
        for (int i = 0; i < tenants.Count; i++)
        {
            next.Enqueue(i, (0, i));
        }

        while (next.TryDequeue(out int i, out _))
        {
            TenantDemand tenant = tenants[i];
            if (tenant.Limit is { } limit && tasks[i] + 1 > limit)
            {
                continue;
            }

            int full = FirstFull(tenant, free, capacities);
            if (full >= 0)
            {
                bottleneck[i] = full;
                continue;
            }

            tasks[i]++;
            for (int k = 0; k < free.Length; k++)
            {
                free[k] -= tenant.Demands[k];
            }

            next.Enqueue(i, (tasks[i] / TasksPerShare(tenant, capacities), i));
        }

        return [.. tenants.Select((tenant, i) => Share(tenant, tasks[i], bottleneck[i], capacities))];
    }

    /// <summary>Gets the largest share of a resource that a bundle uses.</summary>
    /// <param name="use">How much is used of each resource.</param>
    /// <param name="capacities">How much there is of each; a resource of which there is nothing counts as fully used where any is used.</param>
    /// <returns>The share, 0 or more.</returns>
    /// <exception cref="ArgumentException">The numbers of resources differ.</exception>
    public static double DominantShare(ReadOnlySpan<double> use, ReadOnlySpan<double> capacities)
    {
        if (use.Length != capacities.Length)
        {
            throw new ArgumentException("There is one capacity per resource.", nameof(capacities));
        }

        double share = 0;
        for (int k = 0; k < use.Length; k++)
        {
            share = Math.Max(share, capacities[k] > 0 ? use[k] / capacities[k] : use[k] > 0 ? 1 : 0);
        }

        return share;
    }

    private static void Stop(int i, IReadOnlyList<double> capacities, IReadOnlyList<TenantDemand> tenants, double[] free, double[] tasks, int?[] bottleneck, bool[] done)
    {
        if (done[i])
        {
            return;
        }

        if (tenants[i].Limit is { } limit && tasks[i] >= limit * (1 - 1e-12))
        {
            tasks[i] = limit;
            done[i] = true;
            return;
        }

        for (int k = 0; k < free.Length; k++)
        {
            if (tenants[i].Demands[k] > 0 && free[k] <= 1e-12 * capacities[k])
            {
                bottleneck[i] = k;
                done[i] = true;
                return;
            }
        }
    }

    private static int FirstFull(TenantDemand tenant, double[] free, IReadOnlyList<double> capacities)
    {
        for (int k = 0; k < free.Length; k++)
        {
            if (tenant.Demands[k] > free[k] + (1e-9 * capacities[k]))
            {
                return k;
            }
        }

        return -1;
    }

    /// <summary>How many tasks make up a weighted dominant share of one.</summary>
    private static double TasksPerShare(TenantDemand tenant, IReadOnlyList<double> capacities)
    {
        double share = 0;
        for (int k = 0; k < capacities.Count; k++)
        {
            share = tenant.Demands[k] > 0 ? Math.Max(share, capacities[k] > 0 ? tenant.Demands[k] / capacities[k] : double.PositiveInfinity) : share;
        }

        return tenant.Weight / share;
    }

    private static FairShare Share(TenantDemand tenant, double tasks, int? bottleneck, IReadOnlyList<double> capacities)
    {
        int dominant = 0;
        double most = -1;
        for (int k = 0; k < capacities.Count; k++)
        {
            double share = capacities[k] > 0 ? tenant.Demands[k] / capacities[k] : tenant.Demands[k] > 0 ? double.PositiveInfinity : 0;
            (dominant, most) = share > most ? (k, share) : (dominant, most);
        }

        return new FairShare(tenant.Name, tasks, tasks == 0 ? 0 : tasks * most, dominant, bottleneck);
    }

    private static void Check(IReadOnlyList<double> capacities, IReadOnlyList<TenantDemand> tenants)
    {
        ArgumentNullException.ThrowIfNull(capacities);
        ArgumentNullException.ThrowIfNull(tenants);
        for (int k = 0; k < capacities.Count; k++)
        {
            if (!(capacities[k] >= 0 && double.IsFinite(capacities[k])))
            {
                throw new ArgumentException(FormattableString.Invariant($"The capacity of resource {k} must be a finite number of 0 or more, not {capacities[k]}."), nameof(capacities));
            }
        }

        foreach (TenantDemand tenant in tenants)
        {
            ArgumentNullException.ThrowIfNull(tenant, nameof(tenants));
            if (tenant.Demands.Count != capacities.Count)
            {
                throw new ArgumentException(FormattableString.Invariant($"Tenant '{tenant.Name}' has {tenant.Demands.Count} demands; there are {capacities.Count} resources."), nameof(tenants));
            }
        }
    }
}
