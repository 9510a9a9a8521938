using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching;
using Vouch.Caching.Configuration;

namespace Vouch;

/// <summary>Registers Vouch.Caching in a service collection.</summary>
public static class CachingServiceCollectionExtensions
{
    /// <summary>Registers <see cref="CacheFactory"/> as a singleton: it makes caches with the host's options, clock and meters.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. Those without a name hold for every cache; those of a cache's name are set on top of them.</remarks>
    public static IServiceCollection AddVouchCaching(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddLogging();
        services.AddOptionsWithValidateOnStart<CacheOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CacheOptions>, CacheOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CacheOptions>, CacheOptionsRules>());
        services.TryAddSingleton(static provider => new CacheFactory(
            provider.GetRequiredService<IOptionsMonitor<CacheOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }

    /// <summary>Registers <see cref="CacheFactory"/> as a singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options that hold for every cache.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchCaching(this IServiceCollection services, Action<CacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchCaching().ConfigureAll(configure);
        return services;
    }

    /// <summary>Registers <see cref="CacheFactory"/> as a singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">Holds by their names the options that hold for every cache.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchCaching(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchCaching().ConfigureAll<CacheOptions>(options => configuration.Bind(options));
        return services;
    }

    /// <summary>Adds <see cref="CacheFactory"/> to Vouch.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options that hold for every cache; null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddCaching(this IVouchBuilder builder, Action<CacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchCaching(configure ?? (static _ => { }));
        return builder;
    }
}
