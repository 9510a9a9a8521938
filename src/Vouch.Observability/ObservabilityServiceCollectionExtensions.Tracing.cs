using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vouch.Observability.Sampling;

namespace Vouch;

public static partial class ObservabilityServiceCollectionExtensions
{
    /// <summary>Collects traces from the start of the host on, keeps those the options say and hands them to every <see cref="ITraceReceiver"/> that is registered.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options, where given.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>
    /// Registers <see cref="TraceCollector"/> as a singleton, which listens from when it is first asked for, by the host at its start. Calling it again adds nothing twice; options add up. They are validated
    /// when the host starts.
    /// </remarks>
    public static IServiceCollection AddVouchTracing(this IServiceCollection services, Action<TraceSamplingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchObservability();
        services.AddOptionsWithValidateOnStart<TraceSamplingOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TraceSamplingOptions>, TraceSamplingOptionsValidator>());
        services.TryAddSingleton<TraceCollectionHost>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<TraceCollectionHost>().Collector);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TraceCollectionHost>(static provider => provider.GetRequiredService<TraceCollectionHost>()));
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>Collects traces as a configuration section says.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options of <see cref="TraceSamplingOptions"/> by their names.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchTracing(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddVouchTracing().Configure<TraceSamplingOptions>(configuration);
    }

    /// <summary>Adds a receiver of the traces that are kept.</summary>
    /// <typeparam name="T">The receiver, made by the container.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddTraceReceiver<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, ITraceReceiver
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITraceReceiver, T>());
        return services;
    }
}
