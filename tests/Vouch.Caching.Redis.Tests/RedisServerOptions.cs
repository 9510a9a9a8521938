using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests;

internal static class RedisServerOptions
{
    extension(RedisServerProcess server)
    {
        /// <summary>How to reach the server; what takes longer than a slow machine needs is a failure.</summary>
        public RedisOptions Options => new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            KeyPrefix = "test:",
            CommandTimeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(20),
            MinReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(5),
        };
    }
}
