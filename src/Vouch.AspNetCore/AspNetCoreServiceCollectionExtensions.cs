using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.AspNetCore;

namespace Vouch;

/// <summary>Registers Vouch.AspNetCore.</summary>
public static class AspNetCoreServiceCollectionExtensions
{
    /// <summary>Registers what <see cref="AspNetCoreEndpointExtensions.MapVouchHealth"/> serves, Vouch.Observability included.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice; options add up. They are validated when the host starts.</remarks>
    public static IServiceCollection AddVouchAspNetCore(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchObservability();
        services.AddOptionsWithValidateOnStart<AspNetCoreOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AspNetCoreOptions>, AspNetCoreOptionsValidator>());
        return services;
    }

    /// <summary>Registers the package and sets its options.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchAspNetCore(this IServiceCollection services, Action<AspNetCoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchAspNetCore().Configure(configure);
    }

    /// <summary>Registers the package and binds its options to a configuration section.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options by their names, one child per part.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchAspNetCore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddVouchAspNetCore().Configure<AspNetCoreOptions>(configuration);
    }

    /// <summary>Adds the package to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddAspNetCore(this IVouchBuilder builder, Action<AspNetCoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchAspNetCore(configure ?? (static _ => { }));
        return builder;
    }
}
