using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Vouch.AspNetCore.Health;

namespace Vouch;

/// <summary>Maps what the package serves.</summary>
public static class AspNetCoreEndpointExtensions
{
    /// <summary>
    /// Serves the health of the host: <c>/health</c> (the whole), <c>/ready</c> and <c>/alive</c> as one word, <c>/api/health</c> and <c>/api/ready</c> as JSON with components and reasons; the first three give JSON
    /// as well where it is asked for. 200 where the probe passes (degraded passes), 503 where it does not.
    /// </summary>
    /// <param name="endpoints">Where to map.</param>
    /// <returns>A builder for what all of them share, such as authorization or a port.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><see cref="AspNetCoreServiceCollectionExtensions.AddVouchAspNetCore(Microsoft.Extensions.DependencyInjection.IServiceCollection)"/> was not called.</exception>
    public static IEndpointConventionBuilder MapVouchHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return HealthEndpoints.Map(endpoints);
    }
}
