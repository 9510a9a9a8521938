using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vouch.Optimizer.Endpoints;

/// <summary>What an endpoint must say; each failure names the endpoint, the field, what it holds and what it may hold.</summary>
internal sealed class EndpointRegistryRules : IValidateOptions<EndpointRegistryOptions>
{
    private const int MaxContextTokens = 1 << 30;
    private const int MaxNameLength = 200;

    public ValidateOptionsResult Validate(string? name, EndpointRegistryOptions options)
    {
        List<string> failures = Failures(options);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static List<string> Failures(EndpointRegistryOptions options)
    {
        var failures = new List<string>();
        if (options.Endpoints is not { } endpoints)
        {
            failures.Add("Endpoints is null; give a list, which may be empty.");
            return failures;
        }

        if (endpoints.Count > EndpointRegistry.MaxEndpoints)
        {
            failures.Add($"Endpoints holds {endpoints.Count} endpoints; at most {EndpointRegistry.MaxEndpoints} are allowed.");
            return failures;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < endpoints.Count; i++)
        {
            if (endpoints[i] is not { } endpoint)
            {
                failures.Add($"Endpoint {i}: it is null.");
                continue;
            }

            Check(endpoint, i, failures);
            if (!string.IsNullOrWhiteSpace(endpoint.Id) && !seen.TryAdd(endpoint.Id, i))
            {
                failures.Add($"Endpoint '{endpoint.Id}' ({i}): Id is that of endpoint {seen[endpoint.Id]} too; identifiers must differ.");
            }
        }

        return failures;
    }

    private static void Check(EndpointOptions endpoint, int position, List<string> failures)
    {
        string subject = string.IsNullOrWhiteSpace(endpoint.Id) ? $"Endpoint {position}" : $"Endpoint '{endpoint.Id}' ({position})";
        Text(nameof(endpoint.Id), endpoint.Id, required: true);
        Text(nameof(endpoint.Provider), endpoint.Provider, required: true);
        Text(nameof(endpoint.Model), endpoint.Model, required: false);
        Text(nameof(endpoint.Tier), endpoint.Tier, required: false);
        Text(nameof(endpoint.Region), endpoint.Region, required: false);
        Price(nameof(endpoint.InputUsdPerMillion), endpoint.InputUsdPerMillion, required: true);
        Price(nameof(endpoint.OutputUsdPerMillion), endpoint.OutputUsdPerMillion, required: true);
        Price(nameof(endpoint.ReasoningUsdPerMillion), endpoint.ReasoningUsdPerMillion, required: false);
        if (!(endpoint.ReasoningFactor >= 1 && endpoint.ReasoningFactor <= EndpointPrices.MaxReasoningFactor))
        {
            Fail(nameof(endpoint.ReasoningFactor), endpoint.ReasoningFactor.ToString(CultureInfo.InvariantCulture), $"a number from 1 to {EndpointPrices.MaxReasoningFactor}");
        }

        if (endpoint.ContextTokens is not (>= 1 and <= MaxContextTokens))
        {
            Fail(nameof(endpoint.ContextTokens), endpoint.ContextTokens?.ToString(CultureInfo.InvariantCulture) ?? "missing", $"a whole number from 1 to {MaxContextTokens}");
        }
        else if (endpoint.MaxOutputTokens is { } limit && !(limit >= 1 && limit <= endpoint.ContextTokens))
        {
            Fail(nameof(endpoint.MaxOutputTokens), limit.ToString(CultureInfo.InvariantCulture), $"a whole number from 1 to ContextTokens ({endpoint.ContextTokens})");
        }

        if (!Enum.IsDefined(endpoint.Role))
        {
            Fail(nameof(endpoint.Role), ((int)endpoint.Role).ToString(CultureInfo.InvariantCulture), "Registry or Newcomer");
        }

        if (endpoint.Address is { Length: > 0 } address && !(Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
        {
            Fail(nameof(endpoint.Address), $"'{address}'", "an absolute http or https address such as https://host/v1/");
        }

        void Price(string field, decimal? value, bool required)
        {
            if (value is null ? required : value < 0 || value > EndpointPrices.MaxUsdPerMillion)
            {
                Fail(field, value?.ToString(CultureInfo.InvariantCulture) ?? "missing", $"dollars per million tokens from 0 to {EndpointPrices.MaxUsdPerMillion}");
            }
        }

        void Text(string field, string? value, bool required)
        {
            if (required ? string.IsNullOrWhiteSpace(value) : value is null)
            {
                Fail(field, "missing", "text");
            }
            else if (value!.Length > MaxNameLength || value.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            {
                Fail(field, value.Length > MaxNameLength ? $"{value.Length} characters long" : "text with control characters", $"text of at most {MaxNameLength} characters without control characters");
            }
        }

        void Fail(string field, string found, string allowed) => failures.Add($"{subject}: {field} is {found}; {allowed} is wanted.");
    }
}
