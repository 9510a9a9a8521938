using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Options;
using Vouch.Security.Redis.Resp.Protocol;
using Vouch.Security.Redis.Resp.Transport;
using Vouch.Security.Redis.Transport;
using Vouch.Security.Replay;

namespace Vouch.Security.Redis.Replay;

/// <summary>Remembers accepted requests on a Redis server, for all processes together: of those that ask at once, one accepts.</summary>
/// <remarks>
/// <para>Safe to share. One round trip per call (<c>SET ... NX PX</c>). A request is remembered for the window, the allowed skew and <see cref="SecurityRedisOptions.ClockStepMargin"/>: set back by more than that margin, a clock would let an old
/// request in.</para>
/// <para>Refuses while the server cannot be asked (<see cref="ReplayOutcome.Unavailable"/>) or has no memory left (<see cref="ReplayOutcome.Full"/>): run it with <c>maxmemory-policy noeviction</c>, so that it never forgets early. Redis
/// replicates asynchronously: when a replica takes over, what it had not heard of is forgotten; with a persistent server a restart is not.</para>
/// </remarks>
public sealed class RedisReplayStore : IReplayStore
{
    private readonly RedisLink _link;
    private readonly ReplayStoreOptions _options;
    private readonly byte[] _prefix;
    private readonly long _milliseconds;

    /// <summary>Initializes a store.</summary>
    /// <param name="link">The server.</param>
    /// <param name="options">The window and the skew; null for the defaults. Capacity and file are the server's own affair.</param>
    /// <exception cref="ArgumentNullException"><paramref name="link"/> is null.</exception>
    /// <exception cref="OptionsValidationException">A duration is not above zero.</exception>
    public RedisReplayStore(RedisLink link, ReplayStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        _link = link;
        _options = options ?? new ReplayStoreOptions();
        if (_options.Window <= TimeSpan.Zero || _options.MaxSkew < TimeSpan.Zero)
        {
            throw new OptionsValidationException(nameof(ReplayStoreOptions), typeof(ReplayStoreOptions), ["Window must be above zero and MaxSkew not below."]);
        }

        _prefix = Encoding.UTF8.GetBytes(link.Options.KeyPrefix + "seen:");
        _milliseconds = (long)Math.Ceiling((_options.Window + _options.MaxSkew + link.Options.ClockStepMargin).TotalMilliseconds);
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayOutcome> TryAcceptAsync(UInt128 token, DateTimeOffset createdAt, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = _link.Time.GetUtcNow();
        if (now - createdAt > _options.Window)
        {
            return ReplayOutcome.TooOld;
        }

        if (createdAt - now > _options.MaxSkew)
        {
            return ReplayOutcome.TooNew;
        }

        byte[] key = new byte[_prefix.Length + 16];
        _prefix.CopyTo(key, 0);
        BinaryPrimitives.WriteUInt128BigEndian(key.AsSpan(_prefix.Length), token);
        try
        {
            RedisValue[] replies = await _link.Transport.SendAsync([new RedisCommand("SET", key, "1", "NX", "PX", _milliseconds)], cancellationToken).ConfigureAwait(false);
            return replies[0].Kind switch
            {
                RedisValueKind.Null => ReplayOutcome.Replayed,
                RedisValueKind.Bytes => ReplayOutcome.Accepted,
                _ => replies[0].Text.StartsWith("OOM", StringComparison.Ordinal) ? ReplayOutcome.Full : ReplayOutcome.Unavailable,
            };
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisProtocolException)
        {
            return ReplayOutcome.Unavailable;
        }
    }
}
