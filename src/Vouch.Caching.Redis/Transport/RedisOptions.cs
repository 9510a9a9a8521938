using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Caching.Redis.Transport;

/// <summary>Where the Redis server is and how it is spoken to.</summary>
public sealed class RedisOptions
{
    /// <summary>Gets or sets the server's host name or address.</summary>
    /// <value>The default is <c>localhost</c>.</value>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>Gets or sets the server's port.</summary>
    /// <value>A number in [1, 65535]. The default is 6379.</value>
    [Range(1, 65_535)]
    public int Port { get; set; } = 6379;

    /// <summary>Gets or sets the user to log in as.</summary>
    /// <value>Null, the default, for the server's default user.</value>
    public string? User { get; set; }

    /// <summary>Gets or sets the password.</summary>
    /// <value>Null, the default, for none.</value>
    public string? Password { get; set; }

    /// <summary>Gets or sets the number of the database.</summary>
    /// <value>A number in [0, 65535]. The default is 0.</value>
    [Range(0, 65_535)]
    public int Database { get; set; }

    /// <summary>Gets or sets whether the connection is encrypted (TLS); the server's certificate must then be valid for <see cref="Host"/>.</summary>
    /// <value>The default is false.</value>
    public bool UseTls { get; set; }

    /// <summary>Gets or sets the file of the authorities that may have signed the server's certificate, in PEM; read at each attempt to connect.</summary>
    /// <value>A path; null, the default, for the machine's own authorities. Certificates are not looked up in revocation lists when this is set.</value>
    public string? CertificateAuthority { get; set; }

    /// <summary>Gets or sets what stands before every key.</summary>
    /// <value>The default is <c>vouch:</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string KeyPrefix { get; set; } = "vouch:";

    /// <summary>Gets or sets how long connecting and the handshake may take.</summary>
    /// <value>A duration in [1 ms, 5 minutes]. The default is 2 seconds.</value>
    [TimeSpanRange("00:00:00.001", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long a reply may take. A connection on which one takes longer is closed: a connection whose other end is gone does not keep callers waiting.</summary>
    /// <value>A duration in [1 ms, 5 minutes]. The default is 2 seconds.</value>
    [TimeSpanRange("00:00:00.001", "00:05:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the pause after a first failed attempt to connect. It doubles with each further one, up to <see cref="MaxReconnectDelay"/>, less a random part of up to a half.</summary>
    /// <value>A duration in [1 ms, 1 minute]. The default is 100 ms.</value>
    [TimeSpanRange("00:00:00.001", "00:01:00")]
    public TimeSpan MinReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the longest pause between attempts to connect.</summary>
    /// <value>A duration in [1 ms, 10 minutes]. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00.001", "00:10:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many commands may wait for their replies at once. One more fails at once.</summary>
    /// <value>A count in [1, 10000000]. The default is 100,000.</value>
    [Range(1, 10_000_000)]
    public int MaxPendingCommands { get; set; } = 100_000;

    /// <summary>Gets or sets how many invalidations the backplane's log keeps at least. A node that was away for longer forgets everything.</summary>
    /// <value>A count in [16, 10000000]. The default is 10,000.</value>
    [Range(16, 10_000_000)]
    public int LogLength { get; set; } = 10_000;
}
