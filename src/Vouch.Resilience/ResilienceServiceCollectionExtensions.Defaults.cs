using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Telemetry;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Diagnostics;

namespace Vouch;

public static partial class ResilienceServiceCollectionExtensions
{
    /// <summary>Registers the default pipeline of a name: a keyed singleton <see cref="VouchPipeline"/>, and its <see cref="ResiliencePipeline"/> under the same key.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name; one per pool of back ends.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts, and followed when they change.</remarks>
    public static IServiceCollection AddVouchResilience(this IServiceCollection services, string name, Action<VouchDefaultsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton<PipelineMetrics>();
        OptionsBuilder<VouchDefaultsOptions> options = services.AddOptionsWithValidateOnStart<VouchDefaultsOptions>(name);
        options.Configure(defaults => defaults.Name = name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<VouchDefaultsOptions>, VouchDefaultsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<VouchDefaultsOptions>, VouchDefaultsOptionsRules>());
        services.TryAddKeyedSingleton(name, static (provider, key) => new VouchPipeline(
            provider.GetRequiredService<PipelineMetrics>(),
            provider.GetRequiredService<IOptionsMonitor<VouchDefaultsOptions>>(),
            (string)key!,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<TelemetryListener>(),
            provider.GetRequiredService<ILogger<VouchPipeline>>()));
        services.TryAddKeyedSingleton<ResiliencePipeline>(name, static (provider, key) => provider.GetRequiredKeyedService<VouchPipeline>(key).Pipeline);
        return services;
    }

    /// <summary>Registers the default pipeline of a name with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name; one per pool of back ends.</param>
    /// <param name="configuration">Holds the options by name; changes of it are followed.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    public static IServiceCollection AddVouchResilience(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchResilience(name).Configure<VouchDefaultsOptions>(name, configuration);
        return services;
    }
}
