using Vouch.Optimizer.Policies;

namespace Vouch.Optimizer.Routing;

/// <summary>A cascade by the registry's endpoints, -1 where the registry does not hold one.</summary>
internal readonly record struct CompiledCascade(string Name, int First, int Second, int Escalation)
{
    public CompiledCascade(Cascade cascade, IReadOnlyList<string> endpoints, int[] endpointOf)
        : this(NameOf(cascade, endpoints), endpointOf[cascade.First], endpointOf[cascade.Second], endpointOf[cascade.Escalation])
    {
    }

    public bool IsComplete => First >= 0 && Second >= 0 && Escalation >= 0;

    private static string NameOf(Cascade cascade, IReadOnlyList<string> endpoints)
    {
        bool fits = (uint)cascade.First < (uint)endpoints.Count && (uint)cascade.Second < (uint)endpoints.Count && (uint)cascade.Escalation < (uint)endpoints.Count
            && cascade.First != cascade.Second && cascade.First != cascade.Escalation && cascade.Second != cascade.Escalation;
        return fits
            ? $"{endpoints[cascade.First]} + {endpoints[cascade.Second]}, else {endpoints[cascade.Escalation]}"
            : throw new ArgumentException($"The cascade {cascade} does not name three different ones of the predictor's {endpoints.Count} endpoints.", nameof(cascade));
    }
}
