using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Vouch.AspNetCore.Signing;

/// <summary>How requests are verified before they reach an endpoint.</summary>
public sealed class SignatureVerificationOptions
{
    /// <summary>Gets or sets the largest body that is read to be verified.</summary>
    /// <value>A count of bytes in [0, 1073741824]. The default is 1 MiB.</value>
    [Range(0, 1 << 30)]
    public int MaxBodyBytes { get; set; } = 1 << 20;
}

[OptionsValidator]
internal sealed partial class SignatureVerificationOptionsValidator : IValidateOptions<SignatureVerificationOptions>;
