using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Checks what the attributes cannot state.</summary>
internal sealed class FrameCheckOptionsRules : IValidateOptions<FrameCheckOptions>
{
    public ValidateOptionsResult Validate(string? name, FrameCheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.ExchangeBlock % 2 == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"ExchangeBlock is {options.ExchangeBlock}: it takes an even number of pixels in [2, 16].");
    }
}
