using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Endpoints;

/// <summary>Whether an endpoint takes part in routing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EndpointRole>))]
public enum EndpointRole
{
    /// <summary>It is routed to.</summary>
    Registry = 0,

    /// <summary>It stands in shadow: predicted and shown in every decision, never chosen. New endpoints start here until their evidence is in.</summary>
    Newcomer = 1,
}
