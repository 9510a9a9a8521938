using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Policy;

namespace Vouch.Caching.Persistence;

[OptionsValidator]
internal sealed partial class PersistentCacheOptionsValidator : IValidateOptions<PersistentCacheOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class PersistentCacheOptionsRules : IValidateOptions<PersistentCacheOptions>
{
    public const int LeastSegmentBytes = 64 << 10;

    private const int FewestSegments = 4;
    private const int MostSegments = 1000;

    public ValidateOptionsResult Validate(string? name, PersistentCacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.SegmentBytes is not 0 and < LeastSegmentBytes)
        {
            return Fail($"SegmentBytes must be 0 or in [{LeastSegmentBytes}, {1 << 30}]; it is {options.SegmentBytes}.");
        }

        if (options.MaxSegments is < FewestSegments or > MostSegments)
        {
            return Fail($"SegmentBytes must lie between a thousandth and a fifth of MaxBytes; {options.EffectiveSegmentBytes} of {options.MaxBytes} make {options.MaxSegments} segments.");
        }

        return options.Policy is null || PolicyDigest.TryParse(options.Policy, out _)
            ? ValidateOptionsResult.Success
            : Fail($"Policy must be null or read \"{PolicyDigest.Prefix}\" and 64 lowercase hexadecimal digits.");
    }

    /// <summary>Requires options to be valid.</summary>
    /// <exception cref="OptionsValidationException">One is not.</exception>
    public static void Require(PersistentCacheOptions options)
    {
        ValidateOptionsResult result = new PersistentCacheOptionsValidator().Validate(null, options);
        if (!result.Failed)
        {
            result = new PersistentCacheOptionsRules().Validate(null, options);
        }

        if (result.Failed)
        {
            throw new OptionsValidationException(nameof(PersistentCacheOptions), typeof(PersistentCacheOptions), result.Failures);
        }
    }

    private static ValidateOptionsResult Fail(FormattableString message) => ValidateOptionsResult.Fail(message.ToString(CultureInfo.InvariantCulture));
}
