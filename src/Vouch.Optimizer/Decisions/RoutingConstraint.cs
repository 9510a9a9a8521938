using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Decisions;

/// <summary>The laws that keep an endpoint from being chosen.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<RoutingConstraint>))]
public enum RoutingConstraint
{
    /// <summary>None: it may be chosen.</summary>
    None = 0,

    /// <summary>It is switched off.</summary>
    Disabled = 1,

    /// <summary>It is a newcomer in shadow.</summary>
    Shadow = 2,

    /// <summary>Its provider is not allowed.</summary>
    Provider = 4,

    /// <summary>Its region is not allowed.</summary>
    Region = 8,

    /// <summary>It is forbidden by name.</summary>
    Forbidden = 16,

    /// <summary>The query and its answer do not fit the context.</summary>
    Context = 32,

    /// <summary>It lacks a capability.</summary>
    Capability = 64,

    /// <summary>Nothing is known about its quality.</summary>
    NoEvidence = 128,

    /// <summary>The monitor found it worse than predicted.</summary>
    Suspect = 256,

    /// <summary>It failed lately and cools down, or asked to be left alone.</summary>
    Unhealthy = 512,

    /// <summary>It could cost more than is left for this request.</summary>
    RequestCap = 1024,

    /// <summary>It could cost more than a budget leaves.</summary>
    Budget = 2048,

    /// <summary>This request was sent to it before.</summary>
    AlreadyTried = 4096,

    /// <summary>It is a cascade, and the request asks for one endpoint or is a fallback.</summary>
    DirectOnly = 8192,
}
