using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.Redis.Transport;

/// <summary>Where the Redis server is and how it is spoken to.</summary>
public sealed class SecurityRedisOptions
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
    /// <value>Null, the default, for the server's default user. A user needs a password.</value>
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

    /// <summary>Gets or sets what stands before every key.</summary>
    /// <value>The default is <c>vouch:</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string KeyPrefix { get; set; } = "vouch:";

    /// <summary>Gets or sets how long connecting may take.</summary>
    /// <value>A duration in [1 ms, 5 minutes]. The default is 2 seconds.</value>
    [TimeSpanRange("00:00:00.001", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long a reply may take.</summary>
    /// <value>A duration in [1 ms, 5 minutes]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00.001", "00:05:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how far clocks may be set back without a replay being accepted: so much longer the server remembers each request.</summary>
    /// <value>A duration in [0, 7 days]. The default is 2 hours.</value>
    [TimeSpanRange("00:00:00", "7.00:00:00")]
    public TimeSpan ClockStepMargin { get; set; } = TimeSpan.FromHours(2);
}

[OptionsValidator]
internal sealed partial class SecurityRedisOptionsValidator : IValidateOptions<SecurityRedisOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class SecurityRedisOptionsRules : IValidateOptions<SecurityRedisOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityRedisOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.User is not null && options.Password is null ? ValidateOptionsResult.Fail("A User needs a Password.") : ValidateOptionsResult.Success;
    }
}
