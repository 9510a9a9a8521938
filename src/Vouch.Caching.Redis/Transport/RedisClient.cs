using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Caching.Redis.Diagnostics;
using Vouch.Caching.Redis.Protocol;

namespace Vouch.Caching.Redis.Transport;

/// <summary>A compact client of one Redis server (6.0 or later): one connection that all callers share, RESP3, pipelined, with pushed invalidations and messages.</summary>
/// <remarks>
/// <para>Connects when first needed and again, after a pause that doubles and is drawn at random, when the connection was lost. While it pauses, commands fail at once rather than
/// wait: a cache goes on without. A command that was under way when the connection was lost fails, and is not sent again: it may have been carried out.</para>
/// <para>Safe to share. Source: the RESP3 specification and the commands HELLO, AUTH, SELECT, CLIENT TRACKING and SUBSCRIBE of the Redis documentation.</para>
/// </remarks>
public sealed class RedisClient : IRedisTransport, IDisposable, IAsyncDisposable
{
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Random _random;
    private readonly RedisInstruments? _instruments;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<Tracking> _trackings = [];
    private RedisConnection? _connection;
    private RedisConnectionException? _failure;
    private long _retryAt;
    private int _failures;
    private bool _disposed;

    /// <summary>Initializes a client. It connects when first needed.</summary>
    /// <param name="options">Where the server is, or null for the defaults.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="logger">Told of connections made and lost, or null for nobody.</param>
    /// <param name="seed">Seeds the random part of pauses; null draws one.</param>
    /// <param name="meters">Makes the meter <see cref="CachingRedisTelemetry.MeterName"/> that the client reports under, or null for no reports.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public RedisClient(RedisOptions? options = null, TimeProvider? timeProvider = null, ILogger<RedisClient>? logger = null, int? seed = null, IMeterFactory? meters = null)
    {
        _options = options ?? new RedisOptions();
        RedisOptionsRules.Require(_options);
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<RedisClient>.Instance;
        _instruments = meters is null ? null : new RedisInstruments(meters);
        _random = new Random(seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
    }

    /// <inheritdoc/>
    public Task<RedisValue[]> SendAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _instruments is null ? ExchangeAsync(commands, cancellationToken) : ExchangeAsync(commands, _instruments, cancellationToken);
    }

    private async Task<RedisValue[]> ExchangeAsync(IReadOnlyList<RedisCommand> commands, RedisInstruments instruments, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        try
        {
            RedisValue[] replies = await ExchangeAsync(commands, cancellationToken).ConfigureAwait(false);
            instruments.Answered(_time.GetElapsedTime(began), replies);
            return replies;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            instruments.Failed(_time.GetElapsedTime(began), commands.Count, failure);
            throw;
        }
    }

    private async Task<RedisValue[]> ExchangeAsync(IReadOnlyList<RedisCommand> commands, CancellationToken cancellationToken)
    {
        RedisConnection connection = Volatile.Read(ref _connection) is { IsOver: false } open ? open : await ConnectAsync(cancellationToken).ConfigureAwait(false);
        Task<RedisValue[]> replies = connection.SendAsync(commands);
        try
        {
            return await replies.WaitAsync(_options.CommandTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            var failure = new RedisConnectionException($"The Redis server did not answer within {_options.CommandTimeout:c}.", late);
            connection.Fail(failure);
            throw failure;
        }
    }

    /// <summary>Asks whether the server answers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it does; false while the client pauses between attempts to connect.</returns>
    public async Task<bool> IsAvailableAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return (await SendAsync([new RedisCommand("PING")], cancellationToken).ConfigureAwait(false))[0].Kind != RedisValueKind.Error;
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public IDisposable Track(string prefix, Action<string?> listener)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(listener);
        return Listen(new Tracking(this, prefix) { Key = listener });
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(string channel, Action<RedisValue> listener)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(listener);
        return Listen(new Tracking(this, channel) { Message = listener });
    }

    private Tracking Listen(Tracking tracking)
    {
        RedisConnection? connection;
        lock (_lock)
        {
            _trackings.Add(tracking);
            connection = _connection;
        }

        // A connection learns what to track when it is made.
        connection?.Fail(new IOException("The connection is made anew to hear of further keys and channels."));
        return tracking;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        RedisConnection? connection;
        lock (_lock)
        {
            _disposed = true;
            connection = _connection;
            _connection = null;
        }

        connection?.Dispose();
    }

    /// <summary>Closes the connection.</summary>
    /// <returns>When it is closed.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private async Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        // One attempt at a time; who waited uses what the attempt brought.
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { IsOver: false } open)
            {
                return open;
            }

            long now = _time.GetTimestamp();
            if (_failure is not null && now < _retryAt)
            {
                throw new RedisConnectionException(_failure.Message, _failure.InnerException) { RetryAfter = _time.GetElapsedTime(now, _retryAt) };
            }

            RedisConnection? made = null;
            try
            {
                using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
                made = new RedisConnection(await OpenAsync(either.Token).ConfigureAwait(false), _options.MaxPendingCommands, OnPush, OnEnded);
                await ShakeHandsAsync(made).WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
            {
                made?.Fail(failure);
                _instruments?.Attempted(succeeded: false);
                throw Pause(failure);
            }
            catch
            {
                made?.Dispose();
                throw;
            }

            lock (_lock)
            {
                _failure = null;
                _failures = 0;
                _connection = made;
            }

            _instruments?.Attempted(succeeded: true);
            Log.Connected(_logger, _options.Host, _options.Port);
            TellAll(null);
            return made;
        }
        finally
        {
            _connecting.Release();
        }
    }

    private RedisConnectionException Pause(Exception failure)
    {
        double longest = Math.Min(_options.MaxReconnectDelay.TotalSeconds, _options.MinReconnectDelay.TotalSeconds * Math.Pow(2, Math.Min(_failures, 30)));
        double pause = longest * (1 - (_random.NextDouble() / 2));
        _failures++;
        _retryAt = _time.GetTimestamp() + (long)(pause * _time.TimestampFrequency);
        string why = failure is RedisServerException refused ? refused.Message : failure is OperationCanceledException ? $"no answer within {_options.ConnectTimeout:c}" : failure.Message;
        _failure = new RedisConnectionException($"No connection to the Redis server at {_options.Host}:{_options.Port}: {why}", failure) { RetryAfter = TimeSpan.FromSeconds(pause) };
        Log.NoConnection(_logger, _options.Host, _options.Port, pause, failure);
        return _failure;
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_options.Host, _options.Port, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (!_options.UseTls)
            {
                return stream;
            }

            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _options.Host, CertificateChainPolicy = ChainPolicy() }, cancellationToken).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Null: the machine's own authorities.
    private X509ChainPolicy? ChainPolicy()
    {
        if (_options.CertificateAuthority is not { } path)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(path);
        return policy;
    }

    private async Task ShakeHandsAsync(RedisConnection connection)
    {
        var commands = new List<RedisCommand>
        {
            _options.Password is null ? new RedisCommand("HELLO", 3) : new RedisCommand("HELLO", 3, "AUTH", _options.User ?? "default", _options.Password),
        };
        if (_options.Database != 0)
        {
            commands.Add(new RedisCommand("SELECT", _options.Database));
        }

        string[] prefixes;
        string[] channels;
        lock (_lock)
        {
            prefixes = [.. _trackings.Where(static tracking => tracking.Message is null).Select(static tracking => tracking.Name).Distinct(StringComparer.Ordinal)];
            channels = [.. _trackings.Where(static tracking => tracking.Message is not null).Select(static tracking => tracking.Name).Distinct(StringComparer.Ordinal)];
        }

        if (prefixes.Length > 0)
        {
            object[] arguments = ["TRACKING", "ON", "BCAST", .. prefixes.SelectMany(static prefix => new[] { "PREFIX", prefix })];
            commands.Add(new RedisCommand("CLIENT", arguments));
        }

        Require(await connection.SendAsync(commands).ConfigureAwait(false));
        if (channels.Length > 0)
        {
            Require(await connection.SendAsync([new RedisCommand("PING")], new RedisCommand("SUBSCRIBE", [.. channels])).ConfigureAwait(false));
        }
    }

    private static void Require(RedisValue[] replies)
    {
        foreach (RedisValue reply in replies)
        {
            if (reply.Kind == RedisValueKind.Error)
            {
                throw new RedisServerException(reply.Text);
            }
        }
    }

    // invalidate [keys], or invalidate null where the server dropped everything; message channel text.
    private void OnPush(RedisValue push)
    {
        if (push.Items is [{ } kind, { } channel, { } message] && kind.Text == "message")
        {
            foreach (Tracking tracking in Listeners())
            {
                if (tracking.Message is { } listener && channel.Text == tracking.Name)
                {
                    listener(message);
                }
            }

            return;
        }

        if (push.Items is not [{ } name, { } keys] || name.Text != "invalidate")
        {
            return;
        }

        if (keys.IsNull)
        {
            TellAll(null);
            return;
        }

        foreach (RedisValue key in keys.Items)
        {
            TellAll(key.Text);
        }
    }

    private void OnEnded(RedisConnection connection)
    {
        bool current;
        lock (_lock)
        {
            current = ReferenceEquals(_connection, connection);
            if (current)
            {
                _connection = null;
            }
        }

        if (current && !_disposed)
        {
            _instruments?.Lost();
            Log.Lost(_logger, _options.Host, _options.Port);
            TellAll(null);
        }
    }

    private void TellAll(string? key)
    {
        foreach (Tracking tracking in Listeners())
        {
            if (tracking.Key is { } listener && (key is null || key.StartsWith(tracking.Name, StringComparison.Ordinal)))
            {
                listener(key);
            }
        }
    }

    private Tracking[] Listeners()
    {
        lock (_lock)
        {
            return [.. _trackings];
        }
    }

    // Of keys with a prefix, or of a channel's messages.
    private sealed class Tracking(RedisClient client, string name) : IDisposable
    {
        public string Name { get; } = name;

        public Action<string?>? Key { get; init; }

        public Action<RedisValue>? Message { get; init; }

        public void Dispose()
        {
            lock (client._lock)
            {
                client._trackings.Remove(this);
            }
        }
    }
}
