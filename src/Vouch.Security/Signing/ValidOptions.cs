using Microsoft.Extensions.Options;

namespace Vouch.Security.Signing;

/// <summary>For services that are made without a container.</summary>
internal static class ValidOptions
{
    public static void Require<TOptions>(IValidateOptions<TOptions> validator, TOptions options)
        where TOptions : class
    {
        ValidateOptionsResult result = validator.Validate(null, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(typeof(TOptions).Name, typeof(TOptions), result.Failures);
        }
    }
}
