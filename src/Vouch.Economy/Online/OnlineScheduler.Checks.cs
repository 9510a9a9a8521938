namespace Vouch.Economy.Online;

/// <summary>What is looked up and checked before anything is changed.</summary>
public sealed partial class OnlineScheduler
{
    private int Tenant(string name)
    {
        if (!_tenantIndex.TryGetValue(name, out int index))
        {
            index = _tenants.Count;
            _tenantIndex.Add(name, index);
            _tenants.Add(name);
            _tenantUse.Add(new double[_pools.Length]);
            _tenantWeights.Add(1);
        }

        return index;
    }

    private int PoolIndex(string pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        int index = Array.FindIndex(_pools, other => other.Name == pool);
        return index >= 0 ? index : throw new ArgumentException($"There is no pool '{pool}'.", nameof(pool));
    }

    private void RequireBegun()
    {
        if (_now < 0)
        {
            throw new InvalidOperationException("No slot has begun.");
        }
    }

    private void Check(int first, IReadOnlyList<double> values, string what, double most, double least, bool limited = true)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (first < 0 || (limited && values.Count > _plan.Slots - first))
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, Text($"The slots {first} to {first + values.Count - 1} do not all lie in the horizon of {_plan.Slots}."));
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (!(values[i] >= least && values[i] <= most))
            {
                throw new ArgumentOutOfRangeException(nameof(values), values[i], Text($"The {what} of number {i} must lie in [{least:G}, {most:G}]."));
            }
        }
    }
}
