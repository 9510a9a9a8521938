using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Telemetry;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Defaults;

/// <summary>A Polly pipeline that is the default and nothing else, with what it knows about its back ends.</summary>
/// <remarks>Safe to share; make one per pool of back ends and keep it, since everything it learns lives in it. <c>services.AddVouchResilience("name")</c> registers one.</remarks>
public sealed partial class VouchPipeline : IDisposable
{
    private readonly DefaultsStrategy _strategy;
    private readonly PipelineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly IDisposable? _subscription;
    private VouchDefaultsOptions _options;

    /// <summary>Initializes a pipeline.</summary>
    /// <param name="options">The options; null for the defaults. Later changes of the object are not followed.</param>
    /// <param name="timeProvider">The clock to wait on and measure by; the system's where null.</param>
    /// <param name="telemetry">Polly's telemetry; none where null.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <remarks>Its instruments are those of <see cref="ResilienceTelemetry"/>, of a meter of the process.</remarks>
    public VouchPipeline(VouchDefaultsOptions? options = null, TimeProvider? timeProvider = null, TelemetryListener? telemetry = null)
        : this(PipelineMetrics.Shared, options, timeProvider, telemetry)
    {
    }

    private VouchPipeline(PipelineMetrics metrics, VouchDefaultsOptions? options, TimeProvider? timeProvider, TelemetryListener? telemetry)
    {
        _metrics = metrics;
        _options = options ?? new VouchDefaultsOptions();
        VouchDefaultsOptionsRules.ThrowIfInvalid(_options);
        _logger = NullLogger.Instance;
        DefaultsStrategy? strategy = null;
        Pipeline = new ResiliencePipelineBuilder { TimeProvider = timeProvider, TelemetryListener = telemetry, Name = _options.Name }
            .AddNamed(context => strategy = new DefaultsStrategy(_options, context.TimeProvider, context.Telemetry, metrics), _options.Name)
            .Build();
        _strategy = strategy!;
        metrics.Add(this);
    }

    /// <summary>Initializes a pipeline that follows its options: what it has learnt stays, and the next decision is made by the new ones.</summary>
    /// <param name="options">Tells the options. A change to invalid ones is not followed.</param>
    /// <param name="name">The name of the options.</param>
    /// <param name="timeProvider">The clock to wait on and measure by; the system's where null.</param>
    /// <param name="telemetry">Polly's telemetry; none where null.</param>
    /// <param name="logger">The log; none where null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public VouchPipeline(
        IOptionsMonitor<VouchDefaultsOptions> options,
        string name,
        TimeProvider? timeProvider = null,
        TelemetryListener? telemetry = null,
        ILogger<VouchPipeline>? logger = null)
        : this(PipelineMetrics.Shared, options, name, timeProvider, telemetry, logger)
    {
    }

    internal VouchPipeline(
        PipelineMetrics metrics,
        IOptionsMonitor<VouchDefaultsOptions> options,
        string name,
        TimeProvider? timeProvider,
        TelemetryListener? telemetry,
        ILogger<VouchPipeline>? logger)
        : this(metrics, (options ?? throw new ArgumentNullException(nameof(options))).Get(name ?? throw new ArgumentNullException(nameof(name))), timeProvider, telemetry)
    {
        _logger = logger ?? NullLogger<VouchPipeline>.Instance;
        _subscription = options.OnChange((changed, changedName) =>
        {
            if (changedName == name)
            {
                Follow(changed);
            }
        });
    }

    /// <summary>Gets the pipeline.</summary>
    public ResiliencePipeline Pipeline { get; }

    /// <summary>Gets the name under which it reports.</summary>
    public string Name => _options.Name ?? string.Empty;

    /// <summary>Gets the present limit of attempts under way.</summary>
    /// <value>A number in [1, <see cref="VouchDefaultsOptions.MaxConcurrency"/>].</value>
    public double ConcurrencyLimit => _strategy.Gate.Limit;

    /// <summary>Gets how many attempts are under way that count against the limit.</summary>
    public int InFlight => _strategy.Gate.InFlight;

    /// <summary>Gets how many calls wait.</summary>
    public int Waiting => _strategy.Gate.Waiting;

    /// <summary>Tells whether a back end is being used.</summary>
    /// <param name="destination">One of <see cref="VouchDefaultsOptions.Destinations"/>; null where there are none.</param>
    /// <returns>Its breaker's state.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not a back end of this pipeline.</exception>
    public BreakerState GetState(string? destination = null)
    {
        int index = destination is null && _strategy.Destinations.Count == 0 ? 0 : _strategy.Destinations.IndexOf(destination!);
        return index >= 0
            ? _strategy.Gate.StateOf(index)
            : throw new ArgumentException($"'{destination}' is not one of this pipeline's destinations.", nameof(destination));
    }

    /// <summary>Stops following options and waking for deadlines. Do so when no call is under way.</summary>
    public void Dispose()
    {
        _metrics.Remove(this);
        _subscription?.Dispose();
        _strategy.Dispose();
    }

    private void Follow(VouchDefaultsOptions options)
    {
        _options = options;
        _strategy.Change(options);
        Log.DefaultsChanged(_logger, options.Name);
    }
}
