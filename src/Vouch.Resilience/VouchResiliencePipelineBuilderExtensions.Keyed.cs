using Microsoft.Extensions.Options;
using Polly;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Keys;
using Vouch.Resilience.SlowStart;
using Vouch.Resilience.Throttling;

namespace Vouch;

public static partial class VouchResiliencePipelineBuilderExtensions
{
    /// <summary>Adds a limit of calls under way per key that adapts to what the back end bears. A call over it is refused.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <remarks>Put it inside of a retry and outside of a timeout: then every attempt counts, and late ones are seen.</remarks>
    public static TBuilder AddAdaptiveConcurrency<TBuilder>(this TBuilder builder, AdaptiveConcurrencyStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddKeyed(options, new AdaptiveConcurrencyStrategyOptionsValidator(), static options => new AdaptiveConcurrencyGate(options));

    /// <summary>Adds a circuit breaker per key: by failures or slow calls, with several probes, a jittered break and a load that returns step by step.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <remarks>Errors of class Permanent and Cancelled do not count: they say nothing about the back end's health.</remarks>
    public static TBuilder AddKeyedBreaker<TBuilder>(this TBuilder builder, KeyedBreakerStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddKeyed(options, new KeyedBreakerStrategyOptionsValidator(), static options => new KeyedBreakerGate(options));

    /// <summary>Adds client-side throttling per key: the more a back end refuses, the more is refused before it is asked.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public static TBuilder AddAdaptiveThrottling<TBuilder>(this TBuilder builder, AdaptiveThrottlingStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddKeyed(options, new AdaptiveThrottlingStrategyOptionsValidator(), static options => new AdaptiveThrottlingGate(options));

    /// <summary>Adds a bulkhead per key: no key has more than so many calls under way.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public static TBuilder AddKeyedBulkhead<TBuilder>(this TBuilder builder, BulkheadStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddKeyed(options, new BulkheadStrategyOptionsValidator(), static options => new BulkheadGate(options));

    /// <summary>Adds a slow start per key: a back end that is new, or was down, gets its load step by step. A call over the present limit is refused.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <remarks>A key that was forgotten for lack of calls (<see cref="KeyedStrategyOptions.IdleTimeout"/>) begins anew: it has gone cold.</remarks>
    public static TBuilder AddSlowStart<TBuilder>(this TBuilder builder, SlowStartStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddKeyed(options, new SlowStartStrategyOptionsValidator(), static options => new SlowStartGate(options));

    private static TBuilder AddKeyed<TBuilder, TOptions>(this TBuilder builder, TOptions options, IValidateOptions<TOptions> validator, Func<TOptions, KeyedGate> gate)
        where TBuilder : ResiliencePipelineBuilderBase
        where TOptions : KeyedStrategyOptions
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        KeyedStrategyRules.ThrowIfInvalid(options, validator);
        return builder.AddNamed(context => new KeyedStrategy(gate(options), options, context.TimeProvider, context.Telemetry), options.Name);
    }
}
