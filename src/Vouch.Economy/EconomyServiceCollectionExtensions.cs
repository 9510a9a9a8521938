using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Economy.Diagnostics;
using Vouch.Economy.ProjectScheduling;
using Vouch.Economy.Scheduling;

namespace Vouch;

/// <summary>Registers Vouch.Economy.</summary>
public static class EconomyServiceCollectionExtensions
{
    /// <summary>Registers <see cref="IScheduler"/> (a <see cref="PriceAwareListScheduler"/>, unless one is there) and <see cref="IProjectScheduler"/> (a <see cref="GeneticProjectScheduler"/>) with the default options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice.</remarks>
    public static IServiceCollection AddVouchEconomy(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<SchedulerOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsRules>());
        services.TryAddSingleton<EconomyMetrics>();
        services.TryAddSingleton(static provider => new PriceAwareListScheduler(
            provider.GetRequiredService<IOptionsMonitor<SchedulerOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PriceAwareListScheduler>>(),
            provider.GetRequiredService<EconomyMetrics>()));
        services.TryAddSingleton<IScheduler>(static provider => provider.GetRequiredService<PriceAwareListScheduler>());
        services.AddOptionsWithValidateOnStart<ProjectSchedulerOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProjectSchedulerOptions>, ProjectSchedulerOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProjectSchedulerOptions>, ProjectSchedulerOptionsRules>());
        services.TryAddSingleton<IProjectScheduler>(static provider => new GeneticProjectScheduler(
            provider.GetRequiredService<IOptionsMonitor<ProjectSchedulerOptions>>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Registers <see cref="IScheduler"/> and sets its options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchEconomy(this IServiceCollection services, Action<SchedulerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchEconomy();
        services.Configure(configure);
        return services;
    }

    /// <summary>Registers <see cref="IScheduler"/> and binds its options to a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options by their names.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchEconomy(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchEconomy();
        services.Configure<SchedulerOptions>(configuration);
        return services;
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddEconomy(this IVouchBuilder builder, Action<SchedulerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchEconomy();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
