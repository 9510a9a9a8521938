using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Backplane;

namespace Vouch.Caching.Tests.Backplane;

/// <summary>The shared tier and the log, on one server behind the network. It keeps only the last few invalidations, and can lose everything.</summary>
internal sealed class SimulatedServer(SimulatedNetwork network)
{
    private const int Retained = 12;
    private readonly Dictionary<string, byte[]> _values = [];
    private readonly List<LoggedInvalidation> _log = [];
    private readonly List<(int Node, Action<LoggedInvalidation?> Listener)> _listeners = [];
    private ulong _epoch = 1;
    private long _position;

    /// <summary>Told of every invalidation that was accepted, in the moment it was.</summary>
    public Action<CacheInvalidation> Accepted { get; set; } = static _ => { };

    public void Restart(bool keepValues)
    {
        _epoch++;
        _position = 0;
        _log.Clear();
        if (!keepValues)
        {
            _values.Clear();
        }
    }

    public ICacheBackplane BackplaneOf(int node) => new Backplane(this, network, node);

    public IDistributedCache CacheOf(int node) => new Cache(this, network, node);

    private long Append(int from, CacheInvalidation invalidation)
    {
        _log.Add(new LoggedInvalidation(++_position, invalidation));
        if (_log.Count > Retained)
        {
            _log.RemoveAt(0);
        }

        Accepted(invalidation);
        var logged = new LoggedInvalidation(_position, invalidation);
        foreach ((int node, Action<LoggedInvalidation?> listener) in _listeners)
        {
            if (node != from)
            {
                network.Send(node, () => listener(network.Random.Next(2) == 0 ? logged : null));
            }
        }

        return _position;
    }

    private BackplaneReading Read(long after) =>
        new(_epoch, _position, [.. _log.Where(entry => entry.Position > after)], after >= _position - _log.Count);

    private sealed class Backplane(SimulatedServer server, SimulatedNetwork network, int node) : ICacheBackplane
    {
        public ValueTask<long> PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken) => new(network.CallAsync(node, () => server.Append(node, invalidation)));

        public ValueTask<BackplaneReading> ReadAsync(long after, CancellationToken cancellationToken) => new(network.CallAsync(node, () => server.Read(after)));

        public IDisposable Subscribe(Action<LoggedInvalidation?> listener)
        {
            server._listeners.Add((node, listener));
            return new MemoryStream();
        }
    }

    private sealed class Cache(SimulatedServer server, SimulatedNetwork network, int node) : IDistributedCache
    {
        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => network.CallAsync(node, () => server._values.GetValueOrDefault(key));

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => network.CallAsync(node, () => server._values[key] = value);

        public Task RemoveAsync(string key, CancellationToken token = default) => network.CallAsync(node, () => server._values.Remove(key));

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public byte[]? Get(string key) => throw new NotSupportedException();

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

        public void Refresh(string key) => throw new NotSupportedException();

        public void Remove(string key) => throw new NotSupportedException();
    }
}
