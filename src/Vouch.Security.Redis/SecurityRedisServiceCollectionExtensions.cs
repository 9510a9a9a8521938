using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Security.RateLimiting;
using Vouch.Security.Redis.RateLimiting;
using Vouch.Security.Redis.Replay;
using Vouch.Security.Redis.Transport;
using Vouch.Security.Replay;

namespace Vouch;

/// <summary>Registers Vouch.Security.Redis.</summary>
public static class SecurityRedisServiceCollectionExtensions
{
    /// <summary>Registers Vouch.Security with Redis behind <see cref="IKeyedRateLimiter"/> and <see cref="IReplayStore"/>, over one <see cref="RedisLink"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice. It takes the place of the limiter and the store that are registered, in whatever order.</remarks>
    public static IServiceCollection AddVouchRedisSecurity(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchSecurity();
        services.AddOptionsWithValidateOnStart<SecurityRedisOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SecurityRedisOptions>, SecurityRedisOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SecurityRedisOptions>, SecurityRedisOptionsRules>());
        services.TryAddSingleton(static provider => new RedisLink(
            provider.GetRequiredService<IOptions<SecurityRedisOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        TakePlace<IKeyedRateLimiter>(services, static provider => new RedisRateLimiter(
            provider.GetRequiredService<RedisLink>(),
            provider.GetRequiredService<IOptions<KeyedRateLimiterOptions>>().Value.ToQuota(),
            provider.GetRequiredService<KeyedRateLimiter<string>>()));
        TakePlace<IReplayStore>(services, static provider => new RedisReplayStore(
            provider.GetRequiredService<RedisLink>(),
            provider.GetRequiredService<IOptions<ReplayStoreOptions>>().Value));
        return services;
    }

    /// <summary>Registers the package and sets where the server is.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRedisSecurity(this IServiceCollection services, Action<SecurityRedisOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchRedisSecurity().Configure(configure);
    }

    /// <summary>Registers the package with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds <see cref="SecurityRedisOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRedisSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddVouchRedisSecurity().Configure<SecurityRedisOptions>(configuration);
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddRedisSecurity(this IVouchBuilder builder, Action<SecurityRedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchRedisSecurity(configure ?? (static _ => { }));
        return builder;
    }

    /// <summary>In the same place of the collection, so that calling it again changes nothing.</summary>
    private static void TakePlace<TService>(IServiceCollection services, Func<IServiceProvider, TService> create)
        where TService : class
    {
        for (int i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(TService) && !services[i].IsKeyedService)
            {
                services[i] = ServiceDescriptor.Singleton(create);
            }
        }
    }
}
