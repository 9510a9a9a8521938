namespace Vouch.Optimizer.Routing;

/// <summary>Who may see a query, and where: hard rules that come before any score.</summary>
/// <remarks>Immutable and safe to share; make one for each kind of traffic and keep it. Names are compared without regard to letter case, endpoint identifiers with.</remarks>
public sealed record RouteConstraints
{
    /// <summary>Gets the providers that may be used; null for all.</summary>
    public IReadOnlyList<string>? AllowedProviders { get; init; }

    /// <summary>Gets the regions that may be used; null for all.</summary>
    public IReadOnlyList<string>? AllowedRegions { get; init; }

    /// <summary>Gets the identifiers of endpoints that must not be used; null for none.</summary>
    public IReadOnlyList<string>? ForbiddenEndpoints { get; init; }
}
