using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Serving;

/// <summary>The package's example registry with budgets and beliefs around it, as a configuration to start from.</summary>
internal static class ExampleConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text()
    {
        var endpoints = new JsonArray();
        foreach (Endpoint endpoint in EndpointRegistry.Example.Endpoints)
        {
            endpoints.Add((JsonNode)new JsonObject
            {
                ["Id"] = endpoint.Id,
                ["Provider"] = endpoint.Provider,
                ["Model"] = endpoint.Model,
                ["Tier"] = endpoint.Tier,
                ["InputUsdPerMillion"] = endpoint.Prices.InputUsdPerMillion,
                ["OutputUsdPerMillion"] = endpoint.Prices.OutputUsdPerMillion,
                ["ReasoningFactor"] = endpoint.Prices.ReasoningFactor,
                ["ContextTokens"] = endpoint.ContextTokens,
                ["MaxOutputTokens"] = endpoint.MaxOutputTokens,
                ["Capabilities"] = endpoint.Capabilities.ToString(),
                ["Region"] = endpoint.Region,
                ["Address"] = endpoint.Address?.AbsoluteUri,
                ["KeyName"] = endpoint.KeyName,
            });
        }

        var root = new JsonObject
        {
            ["Router"] = new JsonObject
            {
                ["Profile"] = "Balanced",
                ["ReferenceCostUsd"] = 0.01,
                ["Routing"] = new JsonObject { ["MaxAttempts"] = 3, ["AllowedRegions"] = new JsonArray() },
                ["Budgets"] = new JsonObject
                {
                    ["MaxRequestUsd"] = 0.5,
                    ["Caps"] = new JsonArray(new JsonObject { ["Name"] = "day", ["Window"] = "1.00:00:00", ["LimitUsd"] = 20 }),
                },
                ["Endpoints"] = endpoints,
            },
        };
        return root.ToJsonString(Indented) + "\n";
    }
}
