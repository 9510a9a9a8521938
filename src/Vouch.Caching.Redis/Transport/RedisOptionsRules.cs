using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Caching.Redis.Transport;

[OptionsValidator]
internal sealed partial class RedisOptionsValidator : IValidateOptions<RedisOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class RedisOptionsRules : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MinReconnectDelay > options.MaxReconnectDelay)
        {
            return ValidateOptionsResult.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"MinReconnectDelay ({options.MinReconnectDelay:c}) must not be above MaxReconnectDelay ({options.MaxReconnectDelay:c})."));
        }

        if (options.CertificateAuthority is not null && !options.UseTls)
        {
            return ValidateOptionsResult.Fail("A CertificateAuthority is of no use without UseTls.");
        }

        return options.User is not null && options.Password is null
            ? ValidateOptionsResult.Fail("A User needs a Password.")
            : ValidateOptionsResult.Success;
    }

    /// <summary>Requires options to be valid.</summary>
    /// <exception cref="OptionsValidationException">One is not.</exception>
    public static void Require(RedisOptions options)
    {
        ValidateOptionsResult result = new RedisOptionsValidator().Validate(null, options);
        if (!result.Failed)
        {
            result = new RedisOptionsRules().Validate(null, options);
        }

        if (result.Failed)
        {
            throw new OptionsValidationException(nameof(RedisOptions), typeof(RedisOptions), result.Failures);
        }
    }
}
