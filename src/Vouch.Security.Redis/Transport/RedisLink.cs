using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Security.Redis.Resp.Transport;

namespace Vouch.Security.Redis.Transport;

/// <summary>The one connection to the server that the limiter and the replay store share.</summary>
/// <remarks>Safe to share. Connects when first needed, and again after pauses that grow from 100 ms to 5 seconds; in between, calls fail at once.</remarks>
public sealed class RedisLink : IDisposable
{
    private readonly RedisClient _client;

    /// <summary>Initializes a link. It connects when first needed.</summary>
    /// <param name="options">Where the server is, or null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggers">Told of connections made and lost; null for nobody.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public RedisLink(SecurityRedisOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggers = null)
    {
        Options = options ?? new SecurityRedisOptions();
        ValidateOptionsResult valid = new SecurityRedisOptionsValidator().Validate(null, Options);
        valid = valid.Failed ? valid : new SecurityRedisOptionsRules().Validate(null, Options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(SecurityRedisOptions), typeof(SecurityRedisOptions), valid.Failures);
        }

        Time = timeProvider ?? TimeProvider.System;
        _client = new RedisClient(
            new RedisOptions
            {
                Host = Options.Host,
                Port = Options.Port,
                User = Options.User,
                Password = Options.Password,
                Database = Options.Database,
                UseTls = Options.UseTls,
                KeyPrefix = Options.KeyPrefix,
                ConnectTimeout = Options.ConnectTimeout,
                CommandTimeout = Options.CommandTimeout,
            },
            Time,
            loggers?.CreateLogger<RedisClient>());
    }

    internal SecurityRedisOptions Options { get; }

    internal TimeProvider Time { get; }

    internal IRedisTransport Transport => _client;

    /// <summary>Asks whether the server answers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it does; false also while the link pauses between attempts to connect.</returns>
    public Task<bool> IsAvailableAsync(CancellationToken cancellationToken = default) => _client.IsAvailableAsync(cancellationToken);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _client.Dispose();
}
