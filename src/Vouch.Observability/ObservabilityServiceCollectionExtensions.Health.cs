using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Observability;
using Vouch.Observability.Events;
using Vouch.Observability.Health;
using Vouch.Observability.Resources;
using Vouch.Observability.RootCause;

namespace Vouch;

public static partial class ObservabilityServiceCollectionExtensions
{
    private const string ResourcesName = "resources";

    /// <summary>Adds a component that reports its own health, by <see cref="HealthMonitor.Report"/>, or has settings that a plain health check cannot state.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="component">The component.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddHealthComponent(this IServiceCollection services, HealthComponent component)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(component);
        return services.AddSingleton(component);
    }

    // The monitor watches every check that the host registered with AddHealthChecks(), whenever it did, and every HealthComponent.
    private static void AddHealthAndTraces(this IServiceCollection services)
    {
        services.AddOptions<HealthCheckServiceOptions>();
        services.TryAddSingleton(static provider => new EventLog(Options(provider).Events, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new ResourceMonitor(Options(provider).Resources, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new RootCauseAnalyzer(Options(provider).RootCause));
        services.TryAddSingleton(static provider =>
        {
            IServiceScopeFactory scopes = provider.GetRequiredService<IServiceScopeFactory>();
            IEnumerable<HealthComponent> checks = provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations
                .Select(registration => RegisteredChecks.ToComponent(registration, scopes));
            return new HealthMonitor(
                [.. checks, .. provider.GetServices<HealthComponent>(), .. Resources(provider)],
                Options(provider).Health,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<HealthMonitor>>(),
                provider.GetRequiredService<EventLog>(),
                provider.GetRequiredService<IMeterFactory>());
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HealthMonitorHost>());
    }

    // Only where the host has no component of the name itself.
    private static IEnumerable<HealthComponent> Resources(IServiceProvider provider)
    {
        bool named = provider.GetServices<HealthComponent>().Any(component => IsResources(component.Name))
            || provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Any(registration => IsResources(registration.Name));
        if (Options(provider).Health.WatchResources && !named)
        {
            ResourceMonitor monitor = provider.GetRequiredService<ResourceMonitor>();
            yield return new HealthComponent(ResourcesName, token => monitor.CheckHealthAsync(new HealthCheckContext(), token)) { IsCritical = false, FailureState = HealthState.Degraded };
        }
    }

    private static bool IsResources(string name) => string.Equals(name, ResourcesName, StringComparison.OrdinalIgnoreCase);

    private static ObservabilityOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value;
}
