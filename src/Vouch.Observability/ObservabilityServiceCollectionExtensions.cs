using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Observability;
using Vouch.Observability.Metrics;
using Vouch.Observability.Slo;

namespace Vouch;

/// <summary>Registers Vouch.Observability.</summary>
public static partial class ObservabilityServiceCollectionExtensions
{
    /// <summary>Registers <see cref="MetricRegistry"/>, <see cref="SloEngine"/> and the services of health, events and root cause as singletons with the default options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts.</remarks>
    public static IServiceCollection AddVouchObservability(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<ObservabilityOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ObservabilityOptions>, ObservabilityOptionsValidator>());
        services.TryAddSingleton(static provider => new MetricRegistry(
            provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value.Metrics,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new SloEngine(
            provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value.Slo,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SloEngine>>(),
            provider.GetRequiredService<IMeterFactory>()));
        services.AddHealthAndTraces();
        return services;
    }

    /// <summary>Registers the package and sets its options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchObservability(this IServiceCollection services, Action<ObservabilityOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchObservability().Configure(configure);
    }

    /// <summary>Registers the package and binds its options to a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options by their names, one child per part.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchObservability(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddVouchObservability().Configure<ObservabilityOptions>(configuration);
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddObservability(this IVouchBuilder builder, Action<ObservabilityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchObservability();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
