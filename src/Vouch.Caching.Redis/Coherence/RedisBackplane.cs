using System.Globalization;
using System.Security.Cryptography;
using Vouch.Caching.Backplane;
using Vouch.Caching.Redis.Protocol;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Coherence;

/// <summary>
/// Carries invalidations between nodes by a Redis stream: each is one entry, its id the position. One script appends it and publishes it, so that every node knows of a removal, and which
/// one it is, one message after the server took it. Client tracking tells of changes of the stream that were not published, as by a user who may not.
/// </summary>
/// <remarks>
/// <para>A number beside the stream tells one log from another: when the server has lost its data, or a replica that was behind has taken over, nodes see that and forget what they have cached.</para>
/// <para>Promise and limit: a removal that has returned is in the stream of the server that answered. Redis replicates asynchronously; a removal that had not reached the replica when
/// it took over is lost, unless a node sees that the stream went back, and then only that something was lost.</para>
/// <para>Safe to share.</para>
/// </remarks>
public sealed class RedisBackplane : ICacheBackplane
{
    private const int SequenceBits = 20;

    // Appended counts even where it may not be published: tracking tells of it.
    private const string AppendScript =
        "local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'k', ARGV[2], 'n', ARGV[3])\n" +
        "redis.pcall('PUBLISH', ARGV[4], id .. '\\n' .. ARGV[2] .. '\\n' .. ARGV[3])\n" +
        "return id";

    private readonly IRedisTransport _transport;
    private readonly int _length;
    private readonly string _log;
    private readonly string _epoch;
    private readonly string _channel;

    /// <summary>Initializes a backplane.</summary>
    /// <param name="transport">Speaks to the server.</param>
    /// <param name="options">Names the keys and how much is kept, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="transport"/> is null.</exception>
    public RedisBackplane(IRedisTransport transport, RedisOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= new RedisOptions();
        RedisOptionsRules.Require(options);
        _transport = transport;
        _length = options.LogLength;
        _log = options.KeyPrefix + "\u0001log";
        _epoch = options.KeyPrefix + "\u0001epoch";
        _channel = options.KeyPrefix + "\u0001removed";
    }

    /// <inheritdoc/>
    /// <exception cref="RedisConnectionException">The server cannot be reached; the invalidation may have been appended or not.</exception>
    /// <exception cref="RedisServerException">The server refused.</exception>
    public async ValueTask<long> PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        RedisValue[] replies = await _transport.SendAsync([Append(invalidation)], cancellationToken).ConfigureAwait(false);
        return PositionOf(Checked(replies[0]));
    }

    /// <inheritdoc/>
    /// <exception cref="RedisConnectionException">The server cannot be reached.</exception>
    /// <exception cref="RedisServerException">The server refused.</exception>
    public async ValueTask<BackplaneReading> ReadAsync(long after, CancellationToken cancellationToken)
    {
        // The last entry is asked for before the range and the first one after it: what is appended or cut off in between can only make the reading more careful.
        string from = $"({IdOf(after)}";
        RedisValue[] replies = await _transport.SendAsync(
            [
                new RedisCommand("SET", _epoch, NewEpoch(), "NX"),
                new RedisCommand("GET", _epoch),
                new RedisCommand("XREVRANGE", _log, "+", "-", "COUNT", 1),
                new RedisCommand("XRANGE", _log, from, "+"),
                new RedisCommand("XRANGE", _log, "-", "+", "COUNT", 1),
            ],
            cancellationToken).ConfigureAwait(false);
        ulong epoch = ulong.Parse(Checked(replies[1]).Text, CultureInfo.InvariantCulture);
        long last = LastOf(Checked(replies[2]));
        LoggedInvalidation[] entries = [.. Checked(replies[3]).Items.Select(Parse)];
        long first = LastOf(Checked(replies[4]));
        if (last == 0 && entries.Length == 0)
        {
            // A log is never empty: its first entry is where everyone's reading begins.
            replies = await _transport.SendAsync([new RedisCommand("XADD", _log, "*", "k", -1, "n", string.Empty)], cancellationToken).ConfigureAwait(false);
            long begun = PositionOf(Checked(replies[0]));
            return new BackplaneReading(epoch, begun, [], after == 0);
        }

        long position = Math.Max(last, entries.Length > 0 ? entries[^1].Position : 0);
        if (position < after)
        {
            // The log went back: this server has not seen all that an earlier one had. Everyone begins anew.
            string anew = NewEpoch();
            await _transport.SendAsync([new RedisCommand("SET", _epoch, anew)], cancellationToken).ConfigureAwait(false);
            return new BackplaneReading(ulong.Parse(anew, CultureInfo.InvariantCulture), position, [], IsComplete: false);
        }

        // The entry that the node read last is still there: nothing after it can have been cut off.
        return new BackplaneReading(epoch, position, [.. entries.Where(static entry => (int)entry.Invalidation.Kind >= 0)], after == 0 || (first != 0 && first <= after));
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<LoggedInvalidation?> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        int heard = 0; // since the log's last change that tracking told of
        IDisposable messages = _transport.Subscribe(_channel, message =>
        {
            if (TryParse(message.Text, out LoggedInvalidation logged))
            {
                Volatile.Write(ref heard, 1);
                listener(logged);
            }
        });

        // A connection carries an invalidation's message before the word that the log has changed.
        return new Subscription(messages, _transport.Track(_log, key =>
        {
            if (Interlocked.Exchange(ref heard, 0) == 0 || key is null)
            {
                listener(null);
            }
        }));
    }

    // Id, kind and name in lines; a name may have lines of its own.
    private static bool TryParse(string message, out LoggedInvalidation logged)
    {
        logged = default;
        string[] parts = message.Split('\n', 3);
        if (parts.Length < 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int kind) || !Enum.IsDefined((InvalidationKind)kind) || !IsId(parts[0]))
        {
            return false;
        }

        logged = new LoggedInvalidation(PositionOf(parts[0]), new CacheInvalidation((InvalidationKind)kind, parts[2]));
        return true;
    }

    private static bool IsId(string text) =>
        text.Split('-') is [{ Length: < 15 } time, { Length: < 15 } sequence]
        && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out _) && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static RedisValue Checked(RedisValue reply) => reply.Kind == RedisValueKind.Error ? throw new RedisServerException(reply.Text) : reply;

    private static string NewEpoch() => (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1).ToString(CultureInfo.InvariantCulture);

    private static long LastOf(RedisValue entries) => entries.Items is [{ } entry] ? PositionOf(entry.Items[0]) : 0;

    private static LoggedInvalidation Parse(RedisValue entry)
    {
        IReadOnlyList<RedisValue> fields = entry.Items[1].Items;
        return new LoggedInvalidation(PositionOf(entry.Items[0]), new CacheInvalidation((InvalidationKind)fields[1].Whole, fields[3].Text));
    }

    // Ids read milliseconds-sequence; 44 bits hold the milliseconds for 500 years, 20 the sequence.
    private static long PositionOf(RedisValue id) => PositionOf(id.Text);

    private static long PositionOf(string id)
    {
        string[] parts = id.Split('-');
        long sequence = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture) << SequenceBits) + Math.Min(sequence, (1 << SequenceBits) - 1);
    }

    private static string IdOf(long position) => string.Create(CultureInfo.InvariantCulture, $"{position >> SequenceBits}-{position & ((1 << SequenceBits) - 1)}");

    private RedisCommand Append(CacheInvalidation invalidation) =>
        new("EVAL", AppendScript, 1, _log, _length, (int)invalidation.Kind, invalidation.Name, _channel);

    private sealed class Subscription(IDisposable messages, IDisposable changes) : IDisposable
    {
        public void Dispose()
        {
            messages.Dispose();
            changes.Dispose();
        }
    }
}
