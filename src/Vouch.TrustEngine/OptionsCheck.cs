using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine;

/// <summary>Runs the same validators that a host runs at start, for services made without a container.</summary>
internal static class OptionsCheck
{
    public static void Require<TOptions>(TOptions options, params ReadOnlySpan<IValidateOptions<TOptions>> validators)
        where TOptions : class
    {
        foreach (IValidateOptions<TOptions> validator in validators)
        {
            ValidateOptionsResult result = validator.Validate(Options.DefaultName, options);
            if (result.Failed)
            {
                throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), result.Failures);
            }
        }
    }
}
