using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Vouch.AspNetCore.RateLimiting;
using Vouch.AspNetCore.Signing;

namespace Vouch;

/// <summary>Registers what Vouch.AspNetCore does at the edge: verification of signed requests, rate limits.</summary>
public static class AspNetCoreSecurityServiceCollectionExtensions
{
    /// <summary>Registers what <see cref="AspNetCoreSecurityApplicationBuilderExtensions.UseVouchSignatures"/> and
    /// <see cref="AspNetCoreSecurityApplicationBuilderExtensions.UseVouchRateLimiting"/> need, Vouch.Security among it.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Calling it again adds nothing twice.</remarks>
    public static IServiceCollection AddVouchRequestSecurity(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddVouchSecurity();
        services.AddOptionsWithValidateOnStart<SignatureVerificationOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SignatureVerificationOptions>, SignatureVerificationOptionsValidator>());
        services.AddOptionsWithValidateOnStart<RateLimitingOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimitingOptions>, RateLimitingOptionsValidator>());
        return services;
    }

    /// <summary>Registers request security and sets how requests are verified.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options; <see cref="RateLimitingOptions"/> are configured by themselves.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRequestSecurity(this IServiceCollection services, Action<SignatureVerificationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddVouchRequestSecurity().Configure(configure);
    }

    /// <summary>Registers request security and binds the options of verification and, in its sections <c>RateLimiting</c>, <c>Signing</c> and <c>Replay</c>, those of Vouch.Security.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The section that holds the options by their names.</param>
    /// <returns><paramref name="services"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddVouchRequestSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddVouchSecurity(configuration);
        return services.AddVouchRequestSecurity().Configure<SignatureVerificationOptions>(configuration);
    }

    /// <summary>Adds request security to a Vouch builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets how requests are verified, where given.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IVouchBuilder AddRequestSecurity(this IVouchBuilder builder, Action<SignatureVerificationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVouchRequestSecurity();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
