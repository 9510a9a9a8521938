using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Economy.Scheduling;
using Vouch.Execution;
using Vouch.Resilience.Calls;
using Vouch.TrustEngine;
using Vouch.TrustEngine.Reputation;

namespace Vouch;

/// <summary>Registers Vouch.Execution, and with it the packages it puts together.</summary>
public static class ExecutionServiceCollectionExtensions
{
    /// <summary>Registers <see cref="IVerifiedExecutor"/> with the default options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>
    /// Adds the optimizer, the trust engine, the economy and the resilience of Vouch too; their options are set through their own
    /// extensions, before or after. Calling it again adds nothing twice.
    /// </remarks>
    public static IServiceCollection AddVouchExecution(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchOptimizer();
        services.AddVouchTrust();
        services.AddVouchEconomy();
        services.AddVouchResilience();
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<ExecutionOptions, ExecutionOptionsValidator>();
        services.TryAddSingleton<IVerifiedExecutor>(static provider => new VerifiedExecutor(
            provider.GetRequiredService<IOptions<ExecutionOptions>>(),
            provider.GetRequiredService<IOptions<TrustEngineOptions>>(),
            provider.GetRequiredService<IOptions<WorkerCallOptions>>(),
            provider.GetRequiredService<IScheduler>(),
            provider.GetRequiredService<ReputationLedger>(),
            provider.GetRequiredService<WorkerCallPipeline>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IMeterFactory>(),
            provider.GetService<ILogger<VerifiedExecutor>>()));
        return services;
    }

    /// <summary>Registers <see cref="IVerifiedExecutor"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchExecution(this IServiceCollection services, Action<ExecutionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchExecution();
        services.Configure(configure);
        return services;
    }

    /// <summary>Registers <see cref="IVerifiedExecutor"/> with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchExecution(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddVouchExecution();
        services.AddOptions<ExecutionOptions>().Bind(section);
        return services;
    }

    /// <summary>Adds the verified executor, and with it every package it puts together.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets the options; null keeps the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddExecution(this IVouchBuilder builder, Action<ExecutionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchExecution(configure ?? (static _ => { }));
        return builder;
    }
}
