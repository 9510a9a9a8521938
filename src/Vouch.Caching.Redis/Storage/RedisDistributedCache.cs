using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Redis.Protocol;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Storage;

/// <summary>A shared tier in Redis: each entry one string, its first 17 bytes a version byte, the absolute end and the sliding window, and Redis' own expiry on the key.</summary>
/// <remarks>
/// Reading an entry with a sliding expiration renews it in a second message. The synchronous members block the calling thread until the reply is there; prefer the others. Safe to share.
/// </remarks>
public sealed class RedisDistributedCache : IBufferDistributedCache
{
    private const byte Version = 1;
    private const int HeaderBytes = 17;

    private readonly IRedisTransport _transport;
    private readonly TimeProvider _time;
    private readonly string _prefix;

    /// <summary>Initializes a cache.</summary>
    /// <param name="transport">Speaks to the server.</param>
    /// <param name="options">Names the keys, or null for the defaults.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="transport"/> is null.</exception>
    public RedisDistributedCache(IRedisTransport transport, RedisOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _transport = transport;
        _prefix = (options ?? new RedisOptions()).KeyPrefix;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public byte[]? Get(string key) => GetAsync(key).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        ReadOnlyMemory<byte>? value = await ReadAsync(key, token).ConfigureAwait(false);
        return value?.ToArray();
    }

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination) => TryGetAsync(key, destination).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await ReadAsync(key, token).ConfigureAwait(false) is not { } value)
        {
            return false;
        }

        destination.Write(value.Span);
        return true;
    }

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => SetAsync(key, value, options).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => SetAsync(key, value, options).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset? end = options.AbsoluteExpirationRelativeToNow is { } span ? now + span : options.AbsoluteExpiration;
        if (end <= now)
        {
            await RemoveAsync(key, token).ConfigureAwait(false);
            return;
        }

        byte[] bytes = new byte[HeaderBytes + value.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), end?.ToUnixTimeMilliseconds() ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), options.SlidingExpiration is { } window ? Math.Max(1, (long)window.TotalMilliseconds) : 0);
        value.CopyTo(bytes.AsSpan(HeaderBytes));
        long? life = LifeOf(bytes, now);
        await SendAsync(life is null ? new RedisCommand("SET", _prefix + key, bytes) : new RedisCommand("SET", _prefix + key, bytes, "PX", life.Value), token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Refresh(string key) => RefreshAsync(key).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        RedisValue header = await SendAsync(new RedisCommand("GETRANGE", _prefix + key, 0, HeaderBytes - 1), token).ConfigureAwait(false);
        await RenewAsync(key, header.Bytes, token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Remove(string key) => RemoveAsync(key).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SendAsync(new RedisCommand("DEL", _prefix + key), token);
    }

    // Milliseconds until the entry ends if nobody reads it; null for never.
    private static long? LifeOf(ReadOnlySpan<byte> header, DateTimeOffset now)
    {
        long end = BinaryPrimitives.ReadInt64LittleEndian(header[1..]);
        long window = BinaryPrimitives.ReadInt64LittleEndian(header[9..]);
        long? left = end == 0 ? null : Math.Max(1, end - now.ToUnixTimeMilliseconds());
        return window == 0 ? left : Math.Min(window, left ?? long.MaxValue);
    }

    private static bool IsReadable(ReadOnlyMemory<byte> bytes) => bytes.Length >= HeaderBytes && bytes.Span[0] == Version;

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(key);
        RedisValue reply = await SendAsync(new RedisCommand("GET", _prefix + key), token).ConfigureAwait(false);

        // What is not in this format was written by something else, or by a later version: it is no entry.
        if (reply.IsNull || !IsReadable(reply.Bytes))
        {
            return null;
        }

        long end = BinaryPrimitives.ReadInt64LittleEndian(reply.Bytes.Span[1..]);
        if (end != 0 && end <= _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return null;
        }

        await RenewAsync(key, reply.Bytes, token).ConfigureAwait(false);
        return reply.Bytes[HeaderBytes..];
    }

    private async ValueTask RenewAsync(string key, ReadOnlyMemory<byte> header, CancellationToken token)
    {
        if (IsReadable(header) && BinaryPrimitives.ReadInt64LittleEndian(header.Span[9..]) != 0 && LifeOf(header.Span, _time.GetUtcNow()) is { } life)
        {
            await SendAsync(new RedisCommand("PEXPIRE", _prefix + key, life), token).ConfigureAwait(false);
        }
    }

    private async Task<RedisValue> SendAsync(RedisCommand command, CancellationToken token)
    {
        RedisValue reply = (await _transport.SendAsync([command], token).ConfigureAwait(false))[0];
        return reply.Kind == RedisValueKind.Error ? throw new RedisServerException(reply.Text) : reply;
    }
}
