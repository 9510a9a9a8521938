using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.Optimizer.AI;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch;

/// <summary>Registers Vouch.Optimizer.AI.</summary>
public static class OptimizerAIServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="RoutingChatClient"/> over the host's chat clients, keyed by endpoint identifier or else by provider.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice. The router needs what <see cref="OptimizerServiceCollectionExtensions.AddVouchOptimizer(IServiceCollection)"/> says.</remarks>
    public static IServiceCollection AddVouchRoutingChatClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchOptimizer();
        services.AddOptions<RoutingChatClientOptions>();
        services.TryAddSingleton(static provider => new RoutingChatClient(
            provider.GetRequiredService<Router>(),
            endpoint => provider.GetKeyedService<IChatClient>(endpoint.Id) ?? provider.GetRequiredKeyedService<IChatClient>(endpoint.Provider),
            provider.GetRequiredService<IOptions<RoutingChatClientOptions>>().Value));
        return services;
    }

    /// <summary>Registers a <see cref="RoutingChatClient"/>, with options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRoutingChatClient(this IServiceCollection services, Action<RoutingChatClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchRoutingChatClient().Configure(configure);
    }

    /// <summary>Registers a <see cref="RoutingChatClient"/>, with options from configuration.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds <see cref="RoutingChatClientOptions"/>.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRoutingChatClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddVouchRoutingChatClient().Configure<RoutingChatClientOptions>(options =>
        {
            options.Tenant = configuration[nameof(options.Tenant)] ?? options.Tenant;
            options.MaxRequestUsd = decimal.TryParse(configuration[nameof(options.MaxRequestUsd)], System.Globalization.CultureInfo.InvariantCulture, out decimal usd) ? usd : options.MaxRequestUsd;
        });
    }

    /// <summary>Adds the routing chat client to a Vouch registration.</summary>
    /// <param name="builder">The builder that <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands out.</param>
    /// <param name="configure">Sets options, or null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddRoutingChatClient(this IVouchBuilder builder, Action<RoutingChatClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchRoutingChatClient(configure ?? (static _ => { }));
        return builder;
    }
}
