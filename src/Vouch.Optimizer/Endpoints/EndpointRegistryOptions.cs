namespace Vouch.Optimizer.Endpoints;

/// <summary>The endpoints as they stand in configuration.</summary>
public sealed class EndpointRegistryOptions
{
    /// <summary>Gets or sets the endpoints.</summary>
    /// <value>0 to 1,024 endpoints with different identifiers. The default is none.</value>
    public IList<EndpointOptions> Endpoints { get; set; } = [];
}
