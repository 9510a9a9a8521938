using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.Optimizer;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Diagnostics;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Forecasting;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Scenes;

namespace Vouch;

/// <summary>Registers Vouch.Optimizer in a service collection.</summary>
public static class OptimizerServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="SceneAnalyzer"/>, <see cref="PilotForecaster"/> and <see cref="ConfigurationOptimizer"/>, and for queries <see cref="EndpointCatalog"/>, <see cref="BudgetLedger"/> and
    /// <see cref="Router"/>, with the default options.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Calling it again adds nothing twice, and a service registered before stays. A <see cref="ForecastCalibration"/> registered by the host is used by the forecaster.
    /// The router needs an <see cref="IOutcomePredictor"/> of the host, such as an <see cref="OutcomeModelPredictor"/>, and follows a <see cref="RoutingPlan"/> where one is registered; the promise of a
    /// calibrated one is watched by a registered <see cref="GuaranteeMonitor"/>, or else one made of <see cref="OptimizerOptions.Monitor"/>. Spending outlives a restart where an
    /// <see cref="IBudgetJournal"/> is registered or <see cref="BudgetOptions.JournalFile"/> is set. Changes of the configuration are followed as <see cref="OptimizerReload"/> says.
    /// </remarks>
    public static IServiceCollection AddVouchOptimizer(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<OptimizerOptions, OptimizerOptionsValidator>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OptimizerOptions>, OptimizerOptionsRules>());
        services.TryAddSingleton<OptimizerMetrics>();
        services.TryAddSingleton(static provider => new SceneAnalyzer(
            provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Scenes, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<OptimizerMetrics>()));
        services.TryAddSingleton(static provider => new PilotForecaster(
            provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Forecast, provider.GetService<ForecastCalibration>()));
        services.TryAddSingleton(static provider => new ConfigurationOptimizer(
            provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Configuration, provider.GetRequiredService<OptimizerMetrics>()));
        services.AddOptions<EndpointRegistryOptions>();
        services.TryAddSingleton(static provider => new EndpointCatalog(provider.GetRequiredService<IOptionsMonitor<EndpointRegistryOptions>>()));
        services.TryAddSingleton(static provider => new BudgetJournalFile(provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Budgets.JournalFile, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new BudgetLedger(
            provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Budgets,
            provider.GetService<IBudgetJournal>() ?? provider.GetRequiredService<BudgetJournalFile>().Journal,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<OptimizerReload>();
        services.TryAddSingleton(static provider =>
        {
            OptimizerOptions options = provider.GetRequiredService<IOptions<OptimizerOptions>>().Value;
            RoutingPlan? plan = provider.GetService<RoutingPlan>();
            var router = new Router(
                provider.GetRequiredService<EndpointCatalog>(),
                provider.GetService<IOutcomePredictor>()
                    ?? throw new InvalidOperationException("The router predicts with an IOutcomePredictor: register one, such as an OutcomeModelPredictor over a fitted OutcomeModel."),
                plan ?? new RoutingPlan(RoutingPolicy.For(options.RoutingProfile, options.ReferenceQueryUsd)),
                provider.GetRequiredService<BudgetLedger>(),
                options.Routing,
                options.Exploration,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<OptimizerMetrics>());
            if (plan is { Calibration: not null } && (provider.GetService<GuaranteeMonitor>() ?? router.NewMonitor(plan, options.Monitor)) is { } monitor)
            {
                router.Use(plan, monitor);
            }

            provider.GetRequiredService<OptimizerReload>().Follow(router, options, followsProfile: plan is null);
            return router;
        });
        return services;
    }

    /// <summary>Registers the services and sets options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchOptimizer(this IServiceCollection services, Action<OptimizerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchOptimizer();
        services.Configure(configure);
        return services;
    }

    /// <summary>Registers the services and binds options from a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">A section with parts <c>Scenes</c>, <c>Forecast</c>, <c>Configuration</c>, <c>Routing</c>, <c>Budgets</c>, <c>Monitor</c> and <c>Exploration</c>, and a list <c>Endpoints</c>, whose changes are followed.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchOptimizer(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchOptimizer();
        services.Configure<OptimizerOptions>(configuration);
        services.Configure<EndpointRegistryOptions>(configuration);
        return services;
    }

    /// <summary>Adds the package to a Vouch registration.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddOptimizer(this IVouchBuilder builder, Action<OptimizerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchOptimizer(configure ?? (static _ => { }));
        return builder;
    }
}
