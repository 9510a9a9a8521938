using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Consensus;
using Vouch.TrustEngine.Diagnostics;
using Vouch.TrustEngine.Imaging;
using Vouch.TrustEngine.Reputation;

namespace Vouch;

/// <summary>Registers Vouch.TrustEngine.</summary>
public static class TrustEngineServiceCollectionExtensions
{
    /// <summary>Registers consensus, reputation, acceptance and frame checks with the default options: <see cref="INumericConsensus"/>, <see cref="ICategoricalConsensus"/>, <see cref="LabelConsensus"/>, <see cref="NumberConsensus"/>,
    /// <see cref="ReputationLedger"/>, <see cref="CapabilityReputations"/>, <see cref="AcceptancePolicy"/>, <see cref="CredibilityModel"/> and <see cref="NoiseAwareFrameCheck"/>, one each for the host's life.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; what is registered already stays. Options are validated when the host starts.</remarks>
    public static IServiceCollection AddVouchTrust(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(TrustMetrics)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddMetrics();
        services.AddOptionsWithValidateOnStart<TrustEngineOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrustEngineOptions>, TrustEngineOptionsRules>());
        services.TryAddSingleton<TrustMetrics>();
        services.TryAddSingleton<INumericConsensus>(static provider => new WeightedMedianConsensus(Options(provider).Consensus, provider.GetRequiredService<TrustMetrics>()));
        services.TryAddSingleton<ICategoricalConsensus>(static provider => new WeightedVoteConsensus(Options(provider).Consensus, provider.GetRequiredService<TrustMetrics>()));
        services.TryAddSingleton(static provider => new LabelConsensus(Options(provider).Labels));
        services.TryAddSingleton(static provider => new NumberConsensus(Options(provider).Numbers));
        services.TryAddSingleton(static provider => new ReputationLedger(Options(provider).Reputation, provider.GetRequiredService<TrustMetrics>()));
        services.TryAddSingleton(static provider => new CapabilityReputations(Options(provider).Reputation));
        services.TryAddSingleton(static provider => new AcceptancePolicy(Options(provider).Acceptance));
        services.TryAddSingleton(static provider => provider.GetRequiredService<AcceptancePolicy>().Model);
        services.TryAddSingleton(static provider => new NoiseAwareFrameCheck(Options(provider).Frames));
        return services;
    }

    /// <summary>Registers consensus, reputation, acceptance and frame checks, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchTrust(this IServiceCollection services, Action<TrustEngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddVouchTrust().Configure(configure);
        return services;
    }

    /// <summary>Registers consensus, reputation, acceptance and frame checks, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="section">The section that holds <see cref="TrustEngineOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchTrust(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddVouchTrust().Configure<TrustEngineOptions>(options => section.Bind(options));
        return services;
    }

    /// <summary>Registers an <see cref="AuditLog"/> in a file, opened at first use and closed with the host.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="path">The log's file.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <remarks>Resolving it throws <see cref="AuditLogCorruptionException"/> where the file is damaged.</remarks>
    public static IServiceCollection AddVouchAuditLog(this IServiceCollection services, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        services.AddVouchTrust().TryAddSingleton(provider => AuditLog.TryOpen(
            path,
            Options(provider).Audit,
            provider.GetRequiredService<ILogger<AuditLog>>(),
            provider.GetRequiredService<TrustMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            out AuditLog? log,
            out AuditLogCorruption? corruption) ? log : throw new AuditLogCorruptionException(path, corruption));
        return services;
    }

    /// <summary>Registers an <see cref="AuditLog"/> over a store of the host's choice, opened at first use and closed with the host.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="store">Opens the store; the log disposes it.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>An audit log that is registered already stays. Resolving it throws <see cref="AuditLogCorruptionException"/> where the store is damaged.</remarks>
    public static IServiceCollection AddVouchAuditLog(this IServiceCollection services, Func<IServiceProvider, IAuditStore> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        services.AddVouchTrust().TryAddSingleton(provider =>
        {
            IAuditStore opened = store(provider);
            return AuditLog.TryOpen(
                () => opened,
                Options(provider).Audit,
                provider.GetRequiredService<ILogger<AuditLog>>(),
                provider.GetRequiredService<TrustMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                out AuditLog? log,
                out AuditLogCorruption? corruption) ? log : throw new AuditLogCorruptionException(opened.Location, corruption);
        });
        return services;
    }

    /// <summary>Adds consensus, reputation, acceptance and frame checks to Vouch.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddTrust(this IVouchBuilder builder, Action<TrustEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configure is null)
        {
            builder.Services.AddVouchTrust();
        }
        else
        {
            builder.Services.AddVouchTrust(configure);
        }

        return builder;
    }

    private static TrustEngineOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<TrustEngineOptions>>().Value;
}
