using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching.Configuration;

namespace Vouch.Caching;

/// <summary>Makes caches with a host's options, clock, meters and log, and disposes of them with the host.</summary>
/// <remarks>Safe to share.</remarks>
public sealed class CacheFactory : IDisposable
{
    private readonly IOptionsMonitor<CacheOptions> _options;
    private readonly TimeProvider _time;
    private readonly IMeterFactory _meters;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<WeakReference<IDisposable>> _made = [];
    private bool _isDisposed;

    internal CacheFactory(IOptionsMonitor<CacheOptions> options, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _meters = meters;
        _logger = loggers.CreateLogger("Vouch.Caching");
    }

    /// <summary>Makes an empty cache.</summary>
    /// <typeparam name="TKey">The type of the keys.</typeparam>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="name">The cache's name: the name of its options, and the tag of its measurements.</param>
    /// <param name="configure">Adds parts; null for none.</param>
    /// <returns>The cache. Each call makes another, even under the same name.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The host has stopped.</exception>
    public VouchCache<TKey, TValue> Create<TKey, TValue>(string name, Action<VouchCacheBuilder<TKey, TValue>>? configure = null)
        where TKey : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var builder = new VouchCacheBuilder<TKey, TValue>(_options.Get(name));
        builder.UseTimeProvider(_time).UseMetrics(name, _meters).UseLogger(_logger);
        configure?.Invoke(builder);
        VouchCache<TKey, TValue> cache = builder.Build();
        lock (_lock)
        {
            if (_isDisposed)
            {
                cache.Dispose();
                throw new ObjectDisposedException(nameof(CacheFactory));
            }

            // Caches that are forgotten are collected; what is left of them here goes when the list has doubled.
            if (_made.Count == _made.Capacity)
            {
                _made.RemoveAll(static made => !made.TryGetTarget(out _));
            }

            _made.Add(new WeakReference<IDisposable>(cache));
        }

        return cache;
    }

    /// <summary>Disposes of all caches that it made.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        foreach (WeakReference<IDisposable> made in _made)
        {
            if (made.TryGetTarget(out IDisposable? cache))
            {
                cache.Dispose();
            }
        }
    }
}
