using Microsoft.Extensions.Options;

namespace Vouch.Execution;

[OptionsValidator]
internal sealed partial class ExecutionOptionsValidator : IValidateOptions<ExecutionOptions>
{
    public static void ThrowIfInvalid(ExecutionOptions options)
    {
        ValidateOptionsResult result = new ExecutionOptionsValidator().Validate(null, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(nameof(ExecutionOptions), typeof(ExecutionOptions), result.Failures);
        }
    }
}
