using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.Signing;

/// <summary>How Standard Webhooks are verified.</summary>
public sealed class StandardWebhookOptions
{
    /// <summary>Gets or sets how far the time stamp may be from now, either way.</summary>
    /// <value>A duration in [1 second, 1 day]. The default, as the specification's libraries have it, is 5 minutes.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class StandardWebhookOptionsValidator : IValidateOptions<StandardWebhookOptions>;
