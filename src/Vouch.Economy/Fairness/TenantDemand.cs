using System.Globalization;

namespace Vouch.Economy.Fairness;

/// <summary>What one task of a tenant needs of each resource, and how much the tenant is entitled to.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class TenantDemand
{
    /// <summary>Initializes a demand.</summary>
    /// <param name="name">The tenant.</param>
    /// <param name="demands">What one task needs of each resource, finite, 0 or more, above 0 for at least one; copied.</param>
    /// <param name="weight">The entitlement: a tenant of weight 2 gets the dominant share of two tenants of weight 1. Finite, above 0.</param>
    /// <param name="limit">How many tasks the tenant has use for; null for as many as it can get.</param>
    /// <exception cref="ArgumentException">The name is blank, or a number outside its range.</exception>
    public TenantDemand(string name, IReadOnlyList<double> demands, double weight = 1, double? limit = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(demands);
        for (int k = 0; k < demands.Count; k++)
        {
            if (!(demands[k] >= 0 && double.IsFinite(demands[k])))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Tenant '{name}': the demand of resource {k} must be a finite number of 0 or more, not {demands[k]}."), nameof(demands));
            }
        }

        if (!demands.Any(static demand => demand > 0))
        {
            throw new ArgumentException($"Tenant '{name}': a task must need something of at least one resource.", nameof(demands));
        }

        if (!(weight > 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, $"Tenant '{name}': the weight must be a finite number above 0.");
        }

        if (limit is { } most && !(most >= 0 && double.IsFinite(most)))
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"Tenant '{name}': the limit must be a finite number of 0 or more.");
        }

        Name = name;
        Demands = [.. demands];
        Weight = weight;
        Limit = limit;
    }

    /// <summary>Gets the tenant.</summary>
    public string Name { get; }

    /// <summary>Gets what one task needs of each resource.</summary>
    public IReadOnlyList<double> Demands { get; }

    /// <summary>Gets the entitlement.</summary>
    public double Weight { get; }

    /// <summary>Gets how many tasks the tenant has use for, or null.</summary>
    public double? Limit { get; }
}
