using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

/// <summary>
/// Calls workers that may crash, hang or answer late. Every worker has a Polly pipeline of its own (retry with jitter, circuit breaker, attempt timeout);
/// a call turns to the next candidate when the one before is slow or has failed. What workers do is a <see cref="CallOutcome{T}"/>, never an exception.
/// </summary>
/// <remarks>
/// <para>Safe to share; make one per pool of workers and keep it, since the breakers live in it.</para>
/// <para>A worker that ignores its token is abandoned when the attempt's time is up, when another candidate has answered, or when the caller withdraws:
/// the call goes on at once and what the worker does later is dropped, its exceptions included. The token given to a worker is valid until the
/// worker's task completes. A worker that does not return to its caller at all (it blocks the thread) can only be left with
/// <see cref="WorkerCallOptions.StartOnThreadPool"/>.</para>
/// <para>A call that completes at once allocates nothing. All waiting is done on the <see cref="TimeProvider"/>.</para>
/// </remarks>
public sealed partial class WorkerCallPipeline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResilienceMetrics _metrics;
    private readonly WorkerLaneMap _lanes;
    private readonly ulong _drawnSeed = CallSettings.DrawSeed();
    private readonly Lock _reload = new();
    private readonly IDisposable? _subscription;
    private volatile CallSettings _settings;
    private volatile bool _disposed;

    /// <summary>Initializes a pipeline.</summary>
    /// <param name="options">How to call; copied. Null for the defaults.</param>
    /// <param name="timeProvider">The clock to wait on and measure by; the system's where null.</param>
    /// <param name="logger">The log; none where null.</param>
    /// <param name="meterFactory">Makes the meter; an own meter where null.</param>
    /// <exception cref="OptionsValidationException"><paramref name="options"/> are invalid; the message names the options and what they accept.</exception>
    public WorkerCallPipeline(
        WorkerCallOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<WorkerCallPipeline>? logger = null,
        IMeterFactory? meterFactory = null)
    {
        options ??= new WorkerCallOptions();
        WorkerCallOptionsRules.ThrowIfInvalid(options);
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<WorkerCallPipeline>.Instance;
        _metrics = new ResilienceMetrics(meterFactory);
        _lanes = new WorkerLaneMap(_time, _metrics, _logger);
        _settings = new CallSettings(options, version: 0, _drawnSeed);
    }

    /// <summary>Initializes a pipeline that follows its options: a change holds for calls that begin after it, and breakers stay as they are unless their own options changed.</summary>
    /// <param name="options">Tells how to call. A change to invalid options is not followed.</param>
    /// <param name="timeProvider">The clock to wait on and measure by; the system's where null.</param>
    /// <param name="logger">The log; none where null.</param>
    /// <param name="meterFactory">Makes the meter; an own meter where null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The options are invalid; the message names them and what they accept.</exception>
    public WorkerCallPipeline(
        IOptionsMonitor<WorkerCallOptions> options,
        TimeProvider? timeProvider = null,
        ILogger<WorkerCallPipeline>? logger = null,
        IMeterFactory? meterFactory = null)
        : this((options ?? throw new ArgumentNullException(nameof(options))).CurrentValue, timeProvider, logger, meterFactory) =>
        _subscription = options.OnChange((changed, name) => Follow(changed, name));

    /// <summary>Gets the number of workers whose pipeline is kept at present.</summary>
    public int WorkerCount => _lanes.Count;

    /// <summary>Tells what a worker's breaker does with calls.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>The state; <see cref="BreakerState.Closed"/> for a worker that was not called, or not for long. A break that is over shows as open until the next call, which becomes the probe.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public BreakerState GetState(WorkerId worker)
    {
        RequireWorker(worker, nameof(worker));
        return _lanes.Find(worker)?.Breaker.State ?? BreakerState.Closed;
    }

    /// <summary>Takes a worker out by hand: calls to it are refused until <see cref="Close"/>. Attempts under way go on.</summary>
    /// <param name="worker">The worker.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is disposed.</exception>
    public void Isolate(WorkerId worker) => GetLane(worker).Breaker.Isolate();

    /// <summary>Closes a worker's breaker by hand and forgets what it counted.</summary>
    /// <param name="worker">The worker.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is disposed.</exception>
    public void Close(WorkerId worker) => GetLane(worker).Breaker.Close();

    /// <summary>Stops following the options and frees the meter. Calls under way end as they would; new ones are refused.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _subscription?.Dispose();
            _metrics.Dispose();
        }
    }

    private static void RequireWorker(WorkerId worker, string name)
    {
        if (worker.IsDefault)
        {
            throw new ArgumentException("A default WorkerId names no worker; construct it from text.", name);
        }
    }

    private WorkerLane GetLane(WorkerId worker)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireWorker(worker, nameof(worker));
        return _lanes.GetOrAdd(worker, _settings, _time.GetTimestamp());
    }

    private void Follow(WorkerCallOptions options, string? name)
    {
        if (!string.IsNullOrEmpty(name) || _disposed)
        {
            return;
        }

        // The monitor validates only where validators are registered; an invalid change must not get through either way.
        WorkerCallOptionsRules.ThrowIfInvalid(options);
        lock (_reload)
        {
            _settings = new CallSettings(options, _settings.Version + 1, _drawnSeed);
        }

        Log.OptionsChanged(_logger);
    }
}
