using Vouch.Core.Exceptions;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;

namespace Vouch.Optimizer.Routing;

/// <summary>What the router is to do: a policy, the safe endpoint, and the calibration that the policy's promise rests on.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record RoutingPlan
{
    /// <summary>Initializes a plan that follows a policy without a promise.</summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> is null.</exception>
    public RoutingPlan(RoutingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Policy = policy;
    }

    /// <summary>Gets the policy.</summary>
    public RoutingPolicy Policy { get; }

    /// <summary>Gets the identifier of the endpoint that serves where the promise is not certified or was found broken; null to take the one most likely to be right.</summary>
    public string? SafeEndpoint { get; init; }

    /// <summary>Gets the calibration; null for a plan without a promise.</summary>
    public CalibrationArtefact? Calibration { get; private init; }

    /// <summary>Gets whether the policy steers traffic; where not, the safe endpoint serves and the policy's choice is only recorded.</summary>
    public bool IsPolicyServing => Calibration is null || (Calibration.State == ArtefactState.Active && Calibration.CertifiedPolicy == Policy.Name);

    /// <summary>Makes the plan of a calibration: the certified policy once it is active, the safe endpoint before.</summary>
    /// <param name="calibration">The calibration.</param>
    /// <param name="policies">The candidate policies by their names.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ConfigurationException">The certified policy is not among <paramref name="policies"/>.</exception>
    public static RoutingPlan From(CalibrationArtefact calibration, IReadOnlyList<RoutingPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(policies);
        RoutingPolicy policy = calibration.CertifiedPolicy is not { } name
            ? new RoutingPolicy("safe", 0)
            : policies.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new ConfigurationException($"The calibration certifies the policy '{name}', which is not among those given ({string.Join(", ", policies.Select(static candidate => candidate.Name))}).");
        return new RoutingPlan(policy) { Calibration = calibration, SafeEndpoint = calibration.SafeEndpoint };
    }
}
