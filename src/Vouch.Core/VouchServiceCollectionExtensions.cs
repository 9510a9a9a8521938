using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Vouch;

/// <summary>Registers Vouch in a service collection.</summary>
public static class VouchServiceCollectionExtensions
{
    /// <summary>Registers what every Vouch package shares (<see cref="TimeProvider.System"/>, unless a provider is there) and lets the callback add packages.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Adds packages, such as <c>vouch => vouch.AddTrust().AddEconomy()</c>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Calling it again adds nothing twice.</remarks>
    public static IServiceCollection AddVouch(this IServiceCollection services, Action<IVouchBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        configure(new VouchBuilder(services));
        return services;
    }

    private sealed class VouchBuilder(IServiceCollection services) : IVouchBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
