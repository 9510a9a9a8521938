using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.Security.Diagnostics;
using Vouch.Security.RateLimiting;
using Vouch.Security.Replay;
using Vouch.Security.Signing;

namespace Vouch;

/// <summary>Registers Vouch.Security.</summary>
public static class SecurityServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="KeyedRateLimiter{TKey}"/> of text keys (also as <see cref="IKeyedRateLimiter"/>), an empty <see cref="KeyRing"/>, a <see cref="ReplayStore"/> (as <see cref="IReplayStore"/>), and
    /// <see cref="MessageSignature"/> over them (also as <see cref="IRequestVerifier"/>), all with the default options.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; what is registered already stays, such as a ring with the host's keys, a shared replay store or another verifier. An empty ring verifies nothing.</remarks>
    public static IServiceCollection AddVouchSecurity(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<KeyedRateLimiterOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KeyedRateLimiterOptions>, KeyedRateLimiterOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KeyedRateLimiterOptions>, KeyedRateLimiterOptionsRules>());
        services.AddOptionsWithValidateOnStart<MessageSignatureOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MessageSignatureOptions>, MessageSignatureOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MessageSignatureOptions>, MessageSignatureOptionsRules>());
        services.AddOptionsWithValidateOnStart<ReplayStoreOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReplayStoreOptions>, ReplayStoreOptionsValidator>());
        services.TryAddSingleton<SecurityMetrics>();
        services.TryAddSingleton(static provider =>
        {
            KeyedRateLimiterOptions options = provider.GetRequiredService<IOptions<KeyedRateLimiterOptions>>().Value;
            return new KeyedRateLimiter<string>(options.ToQuota(), options.MaxKeys, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<IKeyedRateLimiter>(static provider => new LocalKeyedRateLimiter(provider.GetRequiredService<KeyedRateLimiter<string>>()));
        services.TryAddSingleton(static provider => new KeyRing(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IReplayStore>(static provider =>
            new ReplayStore(provider.GetRequiredService<IOptions<ReplayStoreOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new MessageSignature(
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<IOptions<MessageSignatureOptions>>().Value,
            provider.GetRequiredService<IReplayStore>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IRequestVerifier>(static provider => provider.GetRequiredService<MessageSignature>());
        return services;
    }

    /// <summary>Registers the package and sets what each key of the rate limiter may use.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the limiter's options; <see cref="MessageSignatureOptions"/> and <see cref="ReplayStoreOptions"/> are configured by themselves.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchSecurity(this IServiceCollection services, Action<KeyedRateLimiterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchSecurity().Configure(configure);
    }

    /// <summary>Registers the package and binds its options to the sections <c>RateLimiting</c>, <c>Signing</c> and <c>Replay</c> of a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the three.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchSecurity();
        services.Configure<KeyedRateLimiterOptions>(configuration.GetSection("RateLimiting"));
        services.Configure<MessageSignatureOptions>(configuration.GetSection("Signing"));
        services.Configure<ReplayStoreOptions>(configuration.GetSection("Replay"));
        return services;
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets what each key of the rate limiter may use, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddSecurity(this IVouchBuilder builder, Action<KeyedRateLimiterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchSecurity();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
