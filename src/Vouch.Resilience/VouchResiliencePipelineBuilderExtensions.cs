using System.Diagnostics.CodeAnalysis;
using Polly;
using Vouch.Resilience;
using Vouch.Resilience.Deadlines;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Diagnostics;
using Vouch.Resilience.Queues;

namespace Vouch;

/// <summary>Adds Vouch's strategies to Polly's pipelines.</summary>
public static partial class VouchResiliencePipelineBuilderExtensions
{
    /// <summary>
    /// Adds the default: deadline, queue by priority and tenant, adaptive limit of concurrency, choice of the back end with a breaker each, retry with a budget for overload, attempt timeout.
    /// One strategy, because stacked ones fight each other: a retry that the limit refuses is no failure of the back end, and a late attempt that nothing may replace is not cut off.
    /// </summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public static TBuilder AddVouchDefaults<TBuilder>(this TBuilder builder, VouchDefaultsOptions? options = null)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        options ??= new VouchDefaultsOptions();
        VouchDefaultsOptionsRules.ThrowIfInvalid(options);
        return builder.AddNamed(context => new DefaultsStrategy(options, context.TimeProvider, context.Telemetry, PipelineMetrics.Shared), options.Name);
    }

    /// <summary>Adds a deadline for the whole call: outermost it ends the call by then; added once more inside of a retry it makes no attempt that could not end in time, and keeps the last real failure.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public static TBuilder AddDeadline<TBuilder>(this TBuilder builder, DeadlineStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        DeadlineStrategyOptionsValidator.ThrowIfInvalid(options);
        return builder.AddNamed(context => new DeadlineStrategy(options, context.TimeProvider), options.Name);
    }

    /// <summary>
    /// Adds a limit of calls under way with a queue before it: by <see cref="Vouch.Resilience.Admission.CallProperties.Priority"/>, within it fairly by
    /// <see cref="Vouch.Resilience.Admission.CallProperties.Tenant"/>, within that by deadline. When it is full, the lowest priority is shed first, then the tenant that has most waiting.
    /// </summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns><paramref name="builder"/>, to chain calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    /// <remarks>Put it outermost, so that a call keeps its place through its retries. <see cref="AddVouchDefaults"/> has such a queue already.</remarks>
    public static TBuilder AddFairQueue<TBuilder>(this TBuilder builder, FairQueueStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        FairQueueStrategyOptionsValidator.ThrowIfInvalid(options);
        return builder.AddNamed(context => new FairQueueStrategy(options, context.TimeProvider, context.Telemetry), options.Name);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A StrategyName has nothing that data annotations could validate.")]
    internal static TBuilder AddNamed<TBuilder>(this TBuilder builder, Func<StrategyBuilderContext, ResilienceStrategy> factory, string? name)
        where TBuilder : ResiliencePipelineBuilderBase =>
        builder.AddStrategy(factory, new StrategyName(name));
}
