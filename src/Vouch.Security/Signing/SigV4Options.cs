using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.Signing;

/// <summary>What AWS Signature Version 4 is verified against.</summary>
public sealed class SigV4Options
{
    /// <summary>Gets or sets the region that signatures must be made for.</summary>
    /// <value>The default is <c>us-east-1</c>.</value>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Gets or sets the service that signatures must be made for.</summary>
    /// <value>The default is <c>execute-api</c>.</value>
    [Required]
    public string Service { get; set; } = "execute-api";

    /// <summary>Gets or sets how far the time of a signature in a header may be from now, either way.</summary>
    /// <value>A duration in [1 second, 1 day]. The default, as AWS has it, is 15 minutes.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets or sets the longest life of a signed address (query form).</summary>
    /// <value>A duration in [1 second, 7 days]. The default, as AWS has it, is 7 days.</value>
    [TimeSpanRange("00:00:01", "7.00:00:00")]
    public TimeSpan MaxExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets whether the path is signed normalised (dots and double slashes resolved), as all services but S3 have it.</summary>
    /// <value>The default is true.</value>
    public bool NormalizePath { get; set; } = true;

    /// <summary>Gets or sets whether the path is encoded once more for signing, as all services but S3 have it.</summary>
    /// <value>The default is true.</value>
    public bool EncodePathTwice { get; set; } = true;

    /// <summary>Gets or sets whether a request may leave its body unsigned (<c>UNSIGNED-PAYLOAD</c>).</summary>
    /// <value>The default is false.</value>
    public bool AllowUnsignedPayload { get; set; }
}

[OptionsValidator]
internal sealed partial class SigV4OptionsValidator : IValidateOptions<SigV4Options>;
