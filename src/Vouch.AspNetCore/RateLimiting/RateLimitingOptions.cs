using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Vouch.Security.RateLimiting;

namespace Vouch.AspNetCore.RateLimiting;

/// <summary>How requests are limited before they reach an endpoint.</summary>
public sealed class RateLimitingOptions
{
    /// <summary>Gets or sets the name of the quota in the headers.</summary>
    /// <value>Letters, digits, dash and underscore. The default is <c>default</c>.</value>
    [Required]
    [RegularExpression("^[A-Za-z0-9_-]{1,64}$")]
    public string PolicyName { get; set; } = "default";

    /// <summary>Gets or sets whose permits a request takes.</summary>
    /// <value>The default is the address that the connection comes from: behind a proxy that is the proxy's, unless forwarded headers are read first. An IPv6 address counts by its /64, since a client has all of one.</value>
    public Func<HttpContext, string> KeyOf { get; set; } = ClientAddress.KeyOf;

    /// <summary>Gets or sets how many permits a request takes.</summary>
    /// <value>The default is 1 for each.</value>
    public Func<HttpContext, int> QuantityOf { get; set; } = static _ => 1;
}

[OptionsValidator]
internal sealed partial class RateLimitingOptionsValidator : IValidateOptions<RateLimitingOptions>;
