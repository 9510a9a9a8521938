using Microsoft.Extensions.Options;
using Vouch.AspNetCore.Health;

namespace Vouch.AspNetCore;

/// <summary>The options of the package, one group per part.</summary>
public sealed class AspNetCoreOptions
{
    /// <summary>Gets the options of the health endpoints.</summary>
    [ValidateObjectMembers]
    public HealthEndpointOptions Health { get; } = new();
}
