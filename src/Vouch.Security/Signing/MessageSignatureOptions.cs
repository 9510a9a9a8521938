using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Security.Signing;

/// <summary>What an HTTP message signature covers and how long it counts.</summary>
public sealed class MessageSignatureOptions
{
    /// <summary>What is covered unless options say otherwise: who is asked for what, and the body.</summary>
    internal static readonly string[] DefaultComponents = ["@method", "@authority", "@path", "@query", "content-digest"];

    /// <summary>Gets what a signer covers and a verifier insists on: header names in lower case, and <c>@method</c>, <c>@authority</c>, <c>@scheme</c>, <c>@path</c>, <c>@query</c>,
    /// <c>@request-target</c>, <c>@target-uri</c>.</summary>
    /// <value>Empty, the default, for method, authority, path, query and the body's digest (<c>content-digest</c>). At most 32.</value>
    public IList<string> Components { get; } = [];

    /// <summary>Gets or sets the label of the signature.</summary>
    /// <value>Lower-case letters and digits, a letter first. The default is <c>vouch</c>; a verifier takes any.</value>
    [Required]
    [RegularExpression("^[a-z][a-z0-9]{0,31}$")]
    public string Label { get; set; } = "vouch";

    /// <summary>Gets or sets what the signature is for: signers say it, verifiers insist on it, so that a signature for one application is of no use in another with the same key.</summary>
    /// <value>Visible ASCII without quote and backslash, at most 64 characters; null, the default, for nothing.</value>
    [RegularExpression(@"^[!#-\[\]-~]{1,64}$")]
    public string? Tag { get; set; }

    /// <summary>Gets or sets how long ago a signature may have been made.</summary>
    /// <value>A duration in [1 second, 1 day]. The default is 5 minutes.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how far ahead a signer's clock may be.</summary>
    /// <value>A duration in [0, 1 day]. The default is 1 minute.</value>
    [TimeSpanRange("00:00:00", "1.00:00:00")]
    public TimeSpan MaxSkew { get; set; } = TimeSpan.FromMinutes(1);

    internal IReadOnlyList<string> Effective => Components.Count == 0 ? DefaultComponents : [.. Components];
}

[OptionsValidator]
internal sealed partial class MessageSignatureOptionsValidator : IValidateOptions<MessageSignatureOptions>;

/// <summary>Rules that attributes cannot say.</summary>
internal sealed class MessageSignatureOptionsRules : IValidateOptions<MessageSignatureOptions>
{
    public ValidateOptionsResult Validate(string? name, MessageSignatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Components.Count > SignatureInput.MaxComponents || options.Components.Distinct(StringComparer.Ordinal).Count() < options.Components.Count)
        {
            return ValidateOptionsResult.Fail($"Components holds each at most once, {SignatureInput.MaxComponents} in all.");
        }

        foreach (string component in options.Components)
        {
            bool known = component.StartsWith('@')
                ? component is "@method" or "@authority" or "@scheme" or "@path" or "@query" or "@request-target" or "@target-uri"
                : component.Length is > 0 and <= 64 && component.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');
            if (!known)
            {
                return ValidateOptionsResult.Fail("Components holds header names in lower case and @method, @authority, @scheme, @path, @query, @request-target, @target-uri.");
            }
        }

        return ValidateOptionsResult.Success;
    }
}
