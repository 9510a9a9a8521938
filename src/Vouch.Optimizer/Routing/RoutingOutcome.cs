using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Routing;

/// <summary>What became of a decision.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoutingOutcome>))]
public enum RoutingOutcome
{
    /// <summary>An endpoint was chosen and its cost set aside.</summary>
    Routed = 0,

    /// <summary>No endpoint fits the laws; the record says which law binds.</summary>
    Rejected = 1,

    /// <summary>A dry run: chosen, nothing set aside.</summary>
    Previewed = 2,
}
