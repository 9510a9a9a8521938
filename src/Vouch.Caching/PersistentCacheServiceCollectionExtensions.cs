using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching.Persistence;

namespace Vouch;

/// <summary>Registers the persistent tier of Vouch.Caching.</summary>
public static class PersistentCacheServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="PersistentCache"/>, opened at first use and closed with the host, and makes it the host's <see cref="IDistributedCache"/> unless there is one.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice.</remarks>
    public static IServiceCollection AddVouchPersistentCache(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<PersistentCacheOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PersistentCacheOptions>, PersistentCacheOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PersistentCacheOptions>, PersistentCacheOptionsRules>());
        services.TryAddSingleton(static provider => new PersistentCache(
            provider.GetRequiredService<IOptions<PersistentCacheOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PersistentCache>>(),
            provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton<IDistributedCache>(static provider => provider.GetRequiredService<PersistentCache>());
        return services;
    }

    /// <summary>Registers a <see cref="PersistentCache"/>, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchPersistentCache(this IServiceCollection services, Action<PersistentCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchPersistentCache().Configure(configure);
    }

    /// <summary>Registers a <see cref="PersistentCache"/>, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds <see cref="PersistentCacheOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchPersistentCache(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddVouchPersistentCache().Configure<PersistentCacheOptions>(options => section.Bind(options));
    }

    /// <summary>Adds a <see cref="PersistentCache"/> to Vouch.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddPersistentCache(this IVouchBuilder builder, Action<PersistentCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchPersistentCache(configure ?? (static _ => { }));
        return builder;
    }
}
