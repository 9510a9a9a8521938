using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Vouch.Security.RateLimiting;
using Vouch.Security.Redis.Resp.Protocol;
using Vouch.Security.Redis.Resp.Transport;
using Vouch.Security.Redis.Transport;

namespace Vouch.Security.Redis.RateLimiting;

/// <summary>A bucket for each key on a Redis server, for all processes together: one script decides, by the server's clock alone.</summary>
/// <remarks>
/// <para>Safe to share. One round trip per call. Counts in whole microseconds: a quota's emission interval is rounded up to them. A key lives on the server until its bucket is full again. Keys longer than 128 bytes are
/// kept by their hash.</para>
/// <para>While the server cannot be asked, each process limits by itself, with the same quota and what it remembers of its own calls: what is granted in all is then at most the quota times the processes. Redis replicates
/// asynchronously: when a replica takes over, grants it had not heard of are forgotten.</para>
/// <para>Source: ITU-T I.371, generic cell rate algorithm.</para>
/// </remarks>
public sealed class RedisRateLimiter : IKeyedRateLimiter
{
    // A bucket owes at most all it holds: where the server's clock was set back, a number from the future counts as an empty bucket and no more.
    private const string Script = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local interval, burst, quantity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local tat = math.min(tonumber(redis.call('GET', KEYS[1]) or '0') or 0, now + interval * burst)
        local owed = math.max(0, tat - now)
        if quantity > burst then return {2, string.format('%.0f', owed), '0'} end
        local following = math.max(tat, now) + interval * quantity
        local wait = following - now - interval * burst
        if wait > 0 then return {1, string.format('%.0f', owed), string.format('%.0f', wait)} end
        if quantity > 0 then redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', math.ceil((following - now) / 1000)) end
        return {0, string.format('%.0f', following - now), '0'}
        """;

    private const int MaxKeyBytes = 128;
    private static readonly string ScriptHash = Convert.ToHexStringLower(HashOf(Encoding.UTF8.GetBytes(Script)));

    private readonly RedisLink _link;
    private readonly KeyedRateLimiter<string> _local;
    private readonly RateQuota _quota;
    private readonly ConcurrentDictionary<string, RateQuota> _overrides = new(StringComparer.Ordinal);

    /// <summary>Initializes a limiter.</summary>
    /// <param name="link">The server.</param>
    /// <param name="quota">How much each key may use.</param>
    /// <param name="local">Limits while the server cannot be asked; null for one of its own with the same quota.</param>
    /// <exception cref="ArgumentNullException"><paramref name="link"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quota"/> is the default value.</exception>
    public RedisRateLimiter(RedisLink link, RateQuota quota, KeyedRateLimiter<string>? local = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        _link = link;
        _local = local ?? new KeyedRateLimiter<string>(quota, timeProvider: link.Time);
        _quota = quota;
    }

    /// <summary>Gets how many calls were decided without the server.</summary>
    public long DecidedAlone => Volatile.Read(ref _alone);

    private long _alone;

    /// <summary>Gives a key a quota of its own in this process's calls, from the next one on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="quota">How much it may use; null to give it the common quota again.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quota"/> is the default value.</exception>
    public void SetQuota(string key, RateQuota? quota)
    {
        _local.SetQuota(key, quota);
        if (quota is { } own)
        {
            _overrides[key] = own;
        }
        else
        {
            _overrides.TryRemove(key, out _);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RateLimitDecision> AcquireAsync(string key, int quantity = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        RateQuota quota = _overrides.TryGetValue(key, out RateQuota own) ? own : _quota;
        try
        {
            return await AskAsync(key, quantity, quota, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisConnectionException or RedisServerException or RedisProtocolException)
        {
            Interlocked.Increment(ref _alone);
            return _local.Acquire(key, quantity);
        }
    }

    private async ValueTask<RateLimitDecision> AskAsync(string key, int quantity, RateQuota quota, CancellationToken cancellationToken)
    {
        long interval = Math.Max(1, quota.FillTime.Ticks / quota.Burst / TimeSpan.TicksPerMicrosecond);
        interval += interval * TimeSpan.TicksPerMicrosecond * quota.Burst < quota.FillTime.Ticks ? 1 : 0;
        object[] arguments = [ScriptHash, 1, NameOf(key), interval, quota.Burst, quantity];
        RedisValue[] replies = await _link.Transport.SendAsync([new RedisCommand("EVALSHA", arguments)], cancellationToken).ConfigureAwait(false);
        if (replies[0].Kind == RedisValueKind.Error && replies[0].Text.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            arguments[0] = Script;
            replies = await _link.Transport.SendAsync([new RedisCommand("EVAL", arguments)], cancellationToken).ConfigureAwait(false);
        }

        return replies[0] is { Kind: RedisValueKind.Array, Items: [{ } outcome, { } reset, { } retry] }
            ? RateLimitDecision.Create((RateLimitOutcome)outcome.Whole, quota, TimeSpan.FromMicroseconds(reset.Whole), TimeSpan.FromMicroseconds(retry.Whole))
            : throw new RedisServerException(replies[0].Text);
    }

    private byte[] NameOf(string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        return [.. Encoding.UTF8.GetBytes(_link.Options.KeyPrefix), .. "limit:"u8, .. name.Length <= MaxKeyBytes ? name : [.. "#"u8, .. SHA256.HashData(name)]];
    }

#pragma warning disable CA5350 // EVALSHA names scripts by SHA-1; nothing rests on its strength
    private static byte[] HashOf(byte[] script) => SHA1.HashData(script);
#pragma warning restore CA5350
}
