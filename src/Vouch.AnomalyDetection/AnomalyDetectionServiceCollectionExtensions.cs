using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Alarms;
using Vouch.AnomalyDetection.ChangePoints;
using Vouch.AnomalyDetection.Diagnostics;
using Vouch.AnomalyDetection.Forecasting;
using Vouch.AnomalyDetection.Outliers;
using Vouch.AnomalyDetection.Seasonality;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch;

/// <summary>Registers Vouch.AnomalyDetection.</summary>
public static class AnomalyDetectionServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="SeriesRegistry"/>, the <see cref="AlarmFeed"/> it writes to, <see cref="InstrumentWatcher"/> (which begins when it is asked for), and what looks at
    /// recorded data (<see cref="OutlierEnsemble"/>, also as <see cref="IOutlierDetector"/>, <see cref="SeasonDetector"/>, <see cref="ChangePointDetector"/>,
    /// <see cref="ThresholdForecaster"/>), all with the default options.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice.</remarks>
    public static IServiceCollection AddVouchAnomalyDetection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<DetectorOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DetectorOptions>, DetectorOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DetectorOptions>, DetectorOptionsRules>());
        services.TryAddSingleton<AnomalyMetrics>();
        services.TryAddSingleton<AlarmFeed>();
        services.TryAddSingleton(static provider => new SeriesRegistry(
            provider.GetRequiredService<IOptions<DetectorOptions>>().Value,
            provider.GetRequiredService<AlarmFeed>(),
            provider.GetRequiredService<AnomalyMetrics>(),
            provider.GetRequiredService<ILogger<SeriesRegistry>>()));
        services.TryAddSingleton(static _ => new OutlierEnsemble());
        services.TryAddSingleton<IOutlierDetector>(static provider => provider.GetRequiredService<OutlierEnsemble>());
        services.TryAddSingleton(static _ => new SeasonDetector());
        services.TryAddSingleton(static _ => new ChangePointDetector());
        services.TryAddSingleton(static _ => new ThresholdForecaster());
        services.AddOptionsWithValidateOnStart<InstrumentWatcherOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InstrumentWatcherOptions>, InstrumentWatcherOptionsValidator>());
        services.TryAddSingleton(static provider => new InstrumentWatcher(
            provider.GetRequiredService<SeriesRegistry>(),
            provider.GetRequiredService<IOptions<InstrumentWatcherOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Registers the package and sets its options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchAnomalyDetection(this IServiceCollection services, Action<DetectorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchAnomalyDetection();
        services.Configure(configure);
        return services;
    }

    /// <summary>Registers the package and binds its options to a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options by their names.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchAnomalyDetection(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchAnomalyDetection();
        services.Configure<DetectorOptions>(configuration);
        return services;
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddAnomalyDetection(this IVouchBuilder builder, Action<DetectorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchAnomalyDetection();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
