using System.Globalization;
using Microsoft.Extensions.Primitives;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Serving;

/// <summary>The laws that a caller adds by request headers. They only narrow what the configuration allows.</summary>
internal readonly record struct RequestLaws(RouteConstraints? Constraints, string? Tenant, NanoUsd? MaxCost)
{
    public static RequestLaws Of(IHeaderDictionary headers)
    {
        IReadOnlyList<string>? regions = List(headers["x-vouch-regions"]);
        IReadOnlyList<string>? providers = List(headers["x-vouch-providers"]);
        IReadOnlyList<string>? forbidden = List(headers["x-vouch-forbid"]);
        RouteConstraints? constraints = regions is null && providers is null && forbidden is null
            ? null
            : new RouteConstraints { AllowedRegions = regions, AllowedProviders = providers, ForbiddenEndpoints = forbidden };
        string? tenant = headers["x-vouch-tenant"];
        if (tenant is { Length: > 100 })
        {
            throw Refused("x-vouch-tenant", "a name of at most 100 characters", tenant[..100]);
        }

        NanoUsd? cap = null;
        if (headers["x-vouch-max-cost-usd"].ToString() is { Length: > 0 } text)
        {
            cap = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal usd) && usd <= 1_000_000
                ? new NanoUsd((long)(usd * 1_000_000_000m))
                : throw Refused("x-vouch-max-cost-usd", "dollars from 0 to 1,000,000", text);
        }

        return new RequestLaws(constraints, tenant, cap);
    }

    private static IReadOnlyList<string>? List(StringValues values) =>
        values.Count == 0 ? null : [.. values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static InputValidationException Refused(string header, string expected, string found) =>
        new($"The header {header} must be {expected}.") { Location = header, Expected = expected, Value = found };
}
