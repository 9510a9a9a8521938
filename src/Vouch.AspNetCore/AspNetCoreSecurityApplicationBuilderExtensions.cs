using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Vouch.AspNetCore.RateLimiting;
using Vouch.AspNetCore.Signing;
using Vouch.Security.RateLimiting;

namespace Vouch;

/// <summary>Puts verification and rate limits into the request pipeline.</summary>
public static class AspNetCoreSecurityApplicationBuilderExtensions
{
    /// <summary>Verifies every request that comes this far, before anything reads or binds its body; what is not accepted is answered 401 (413 where it is too large), always with the same text.</summary>
    /// <param name="app">The pipeline.</param>
    /// <returns><paramref name="app"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <remarks>
    /// Needs <see cref="AspNetCoreSecurityServiceCollectionExtensions.AddVouchRequestSecurity(Microsoft.Extensions.DependencyInjection.IServiceCollection)"/>. Endpoints marked by
    /// <see cref="AllowUnsigned{TBuilder}"/> or <see cref="AllowUnsignedAttribute"/> are left out, where routing comes before. What follows finds <see cref="VerifiedSignature"/> among the request's features, and the body's verified bytes.
    /// </remarks>
    public static IApplicationBuilder UseVouchSignatures(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<SignatureVerificationMiddleware>();
    }

    /// <summary>Limits every request that comes this far by the registered <see cref="IKeyedRateLimiter"/>: writes <c>RateLimit</c> headers, and answers 429 with <c>Retry-After</c> where a client has nothing left.</summary>
    /// <param name="app">The pipeline.</param>
    /// <returns><paramref name="app"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <remarks>Needs <see cref="AspNetCoreSecurityServiceCollectionExtensions.AddVouchRequestSecurity(Microsoft.Extensions.DependencyInjection.IServiceCollection)"/>.</remarks>
    public static IApplicationBuilder UseVouchRateLimiting(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<RateLimitingMiddleware>();
    }

    /// <summary>Lets requests to an endpoint through without a signature.</summary>
    /// <typeparam name="TBuilder">What builds the endpoint.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TBuilder AllowUnsigned<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(new AllowUnsignedAttribute()));
        return builder;
    }

    /// <summary>Makes a keyed limiter the global one of ASP.NET Core's own rate limiting, with the headers on refusals.</summary>
    /// <typeparam name="TKey">What permits are counted by.</typeparam>
    /// <param name="options">The options of <c>AddRateLimiter</c>.</param>
    /// <param name="limiter">Holds the buckets.</param>
    /// <param name="keyOf">Says whose permits a request takes.</param>
    /// <param name="policyName">The quota's name in the headers.</param>
    /// <returns><paramref name="options"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RateLimiterOptions UseVouchLimiter<TKey>(this RateLimiterOptions options, KeyedRateLimiter<TKey> limiter, Func<HttpContext, TKey> keyOf, string policyName = "default")
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(limiter);
        ArgumentNullException.ThrowIfNull(keyOf);
        ArgumentNullException.ThrowIfNull(policyName);
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = new GcraPartitionedRateLimiter<HttpContext, TKey>(limiter, keyOf);
        options.OnRejected = (context, _) =>
        {
            if (context.Lease.TryGetMetadata(RateLimitMetadata.Decision, out RateLimitDecision decision))
            {
                RateLimitHeaders.Write(context.HttpContext.Response, in decision, decision.Quota, policyName);
            }

            return ValueTask.CompletedTask;
        };
        return options;
    }
}
