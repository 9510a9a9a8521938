namespace Vouch.Optimizer.Budgets;

/// <summary>A cap in force.</summary>
internal sealed class SpendCap(string name, SpendScope scope, string? tenant, long limit, long sliceTicks)
{
    public string Name { get; } = name;

    public SpendScope Scope { get; } = scope;

    public string? Tenant { get; } = tenant;

    /// <summary>Nanodollars; guarded by the ledger's lock.</summary>
    public long Limit { get; set; } = limit;

    /// <summary>Timestamp ticks of a slice of the window; 0 without a window.</summary>
    public long SliceTicks { get; } = sliceTicks;

    public bool AppliesTo(string tenant) => Scope == SpendScope.EachTenant || (Scope == SpendScope.Tenant && string.Equals(Tenant, tenant, StringComparison.Ordinal));
}
