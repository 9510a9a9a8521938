using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Resilience.Calls;

namespace Vouch;

/// <summary>Registers Vouch.Resilience in a service collection.</summary>
public static partial class ResilienceServiceCollectionExtensions
{
    /// <summary>Registers <see cref="WorkerCallPipeline"/> as a singleton with the default options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts, and followed when they change.</remarks>
    public static IServiceCollection AddVouchResilience(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<WorkerCallOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkerCallOptions>, WorkerCallOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkerCallOptions>, WorkerCallOptionsRules>());
        services.TryAddSingleton(static provider => new WorkerCallPipeline(
            provider.GetRequiredService<IOptionsMonitor<WorkerCallOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WorkerCallPipeline>>(),
            provider.GetRequiredService<IMeterFactory>()));
        return services;
    }

    /// <summary>Registers <see cref="WorkerCallPipeline"/> as a singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts, and followed when they change.</remarks>
    public static IServiceCollection AddVouchResilience(this IServiceCollection services, Action<WorkerCallOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchResilience().Configure(configure);
        return services;
    }

    /// <summary>Registers <see cref="WorkerCallPipeline"/> as a singleton.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">Holds the options by name; changes of it are followed.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts, and followed when they change.</remarks>
    public static IServiceCollection AddVouchResilience(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchResilience().Configure<WorkerCallOptions>(configuration);
        return services;
    }

    /// <summary>Adds <see cref="WorkerCallPipeline"/> to Vouch.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddResilience(this IVouchBuilder builder, Action<WorkerCallOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchResilience(configure ?? (static _ => { }));
        return builder;
    }
}
