using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching.Backplane;
using Vouch.Caching.Redis.Coherence;
using Vouch.Caching.Redis.Storage;
using Vouch.Caching.Redis.Transport;

namespace Vouch;

/// <summary>Registers Vouch.Caching.Redis.</summary>
public static class CachingRedisServiceCollectionExtensions
{
    /// <summary>Registers Redis as the shared tier (<see cref="IDistributedCache"/>) and the backplane (<see cref="ICacheBackplane"/>) of the host's caches, over one <see cref="IRedisTransport"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; what is registered already stays, a transport of the host's own among it.</remarks>
    public static IServiceCollection AddVouchRedisCaching(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<RedisOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisOptions>, RedisOptionsRules>());
        services.TryAddSingleton<IRedisTransport>(static provider => new RedisClient(
            provider.GetRequiredService<IOptions<RedisOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisClient>>(),
            meters: provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton<IDistributedCache>(static provider => new RedisDistributedCache(
            provider.GetRequiredService<IRedisTransport>(),
            provider.GetRequiredService<IOptions<RedisOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ICacheBackplane>(static provider => new RedisBackplane(
            provider.GetRequiredService<IRedisTransport>(),
            provider.GetRequiredService<IOptions<RedisOptions>>().Value));
        return services;
    }

    /// <summary>Registers Redis as shared tier and backplane, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRedisCaching(this IServiceCollection services, Action<RedisOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchRedisCaching().Configure(configure);
    }

    /// <summary>Registers Redis as shared tier and backplane, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds <see cref="RedisOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRedisCaching(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddVouchRedisCaching().Configure<RedisOptions>(options => section.Bind(options));
    }

    /// <summary>Adds Redis as shared tier and backplane to Vouch.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddRedisCaching(this IVouchBuilder builder, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchRedisCaching(configure ?? (static _ => { }));
        return builder;
    }
}
