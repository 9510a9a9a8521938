using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Calls;

/// <summary>An immutable copy of <see cref="WorkerCallOptions"/>. A call keeps the copy it began with.</summary>
internal sealed class CallSettings
{
    private readonly Func<ErrorArguments, ErrorClass> _classifier;

    /// <param name="options">Valid options.</param>
    /// <param name="version">Rises with every change of the options.</param>
    /// <param name="drawnSeed">The seed that holds where the options name none.</param>
    public CallSettings(WorkerCallOptions options, int version, ulong drawnSeed)
    {
        Version = version;
        AttemptTimeout = options.AttemptTimeout;
        HedgeAfter = options.HedgeAfter;
        MaxHedges = options.MaxHedges;
        MaxRetries = options.MaxRetries;
        MaxAttempts = options.MaxAttempts;
        StartOnThreadPool = options.StartOnThreadPool;
        IdleTimeout = options.IdleTimeout;
        MaxWorkers = options.MaxWorkers;
        HasSeed = options.Seed is not null;
        Jitter = new DecorrelatedJitter(options.RetryBaseDelay, options.RetryMaxDelay, options.Seed is { } seed ? unchecked((uint)seed) : drawnSeed);
        Breaker = new BreakerSettings(options.BreakerFailureRatio, options.BreakerMinimumThroughput, options.BreakerSamplingDuration, options.BreakerBreakDuration);
        _classifier = options.ErrorClassifier;
    }

    public int Version { get; }

    public TimeSpan AttemptTimeout { get; }

    public TimeSpan? HedgeAfter { get; }

    public int MaxHedges { get; }

    public int MaxRetries { get; }

    public int MaxAttempts { get; }

    public bool StartOnThreadPool { get; }

    public TimeSpan IdleTimeout { get; }

    public int MaxWorkers { get; }

    public bool HasSeed { get; }

    public DecorrelatedJitter Jitter { get; }

    public BreakerSettings Breaker { get; }

    public static ulong DrawSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    public ErrorClass Classify(WorkerId worker, Exception error, ILogger logger)
    {
        try
        {
            return _classifier(new ErrorArguments(worker, error));
        }
#pragma warning disable CA1031 // The function is the host's: whatever it throws, the call goes on.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Log.ClassifierFailed(logger, worker, thrown);
            return ErrorClassifier.Classify(error);
        }
    }
}
