using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;

namespace Vouch;

/// <summary>Registers the <see cref="HybridCache"/> of Vouch.Caching.</summary>
public static class HybridCacheServiceCollectionExtensions
{
    /// <summary>Registers <see cref="VouchHybridCache"/> as the host's <see cref="HybridCache"/>, over the <see cref="IDistributedCache"/>, the <see cref="ICacheBackplane"/> and the serialisers that the host has, if any.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; a <see cref="HybridCache"/> that is registered already is replaced.</remarks>
    public static IServiceCollection AddVouchHybridCache(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(VouchHybridCache)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddOptionsWithValidateOnStart<VouchHybridCacheOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<VouchHybridCacheOptions>, VouchHybridCacheOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<VouchHybridCacheOptions>, VouchHybridCacheOptionsRules>());
        services.AddSingleton(static provider => new VouchHybridCache(
            provider.GetRequiredService<IOptions<VouchHybridCacheOptions>>().Value,
            provider.GetService<IDistributedCache>(),
            provider.GetService<ICacheBackplane>(),
            provider,
            provider.GetServices<IHybridCacheSerializerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<VouchHybridCache>>()));
        return services.Replace(ServiceDescriptor.Singleton<HybridCache>(static provider => provider.GetRequiredService<VouchHybridCache>()));
    }

    /// <summary>Registers <see cref="VouchHybridCache"/> as the host's <see cref="HybridCache"/>, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchHybridCache(this IServiceCollection services, Action<VouchHybridCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchHybridCache().Configure(configure);
    }

    /// <summary>Registers <see cref="VouchHybridCache"/> as the host's <see cref="HybridCache"/>, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds <see cref="VouchHybridCacheOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchHybridCache(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddVouchHybridCache().Configure<VouchHybridCacheOptions>(options => section.Bind(options));
    }

    /// <summary>Adds <see cref="VouchHybridCache"/> to Vouch.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddHybridCache(this IVouchBuilder builder, Action<VouchHybridCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchHybridCache(configure ?? (static _ => { }));
        return builder;
    }
}
