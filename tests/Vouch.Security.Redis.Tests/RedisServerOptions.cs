using Vouch.Security.Redis.Transport;

namespace Vouch.Security.Redis.Tests;

internal static class RedisServerOptions
{
    extension(RedisServerProcess server)
    {
        /// <summary>How to reach the server; what takes longer than a slow machine needs is a failure.</summary>
        public SecurityRedisOptions Options => new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            KeyPrefix = "test:",
            CommandTimeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(20),
        };
    }
}
