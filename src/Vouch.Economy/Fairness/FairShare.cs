using System.Globalization;

namespace Vouch.Economy.Fairness;

/// <summary>What one tenant gets.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Tasks">How many of its tasks run.</param>
/// <param name="DominantShare">The largest share of a resource that it gets, a fraction in [0, 1].</param>
/// <param name="DominantResource">The index of that resource.</param>
/// <param name="Bottleneck">The index of the resource that ran out and holds the tenant back, or null where it has all it has use for.</param>
public sealed record FairShare(string Tenant, double Tasks, double DominantShare, int DominantResource, int? Bottleneck)
{
    /// <summary>Says in words what the tenant gets and why no more.</summary>
    /// <returns>One sentence.</returns>
    public string Explain() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tenant} gets {Tasks:0.###} tasks, {DominantShare:P1} of resource {DominantResource}: {(Bottleneck is { } full ? $"resource {full} is used up" : "all it asked for")}");
}
