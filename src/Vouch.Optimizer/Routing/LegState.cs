using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Routing;

/// <summary>How a leg of a cascade stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LegState>))]
public enum LegState
{
    /// <summary>Its money is set aside; nothing was heard of it yet.</summary>
    Open = 0,

    /// <summary>It answered and is settled.</summary>
    Answered = 1,

    /// <summary>It failed and is settled.</summary>
    Failed = 2,

    /// <summary>It was not needed: what was set aside for it is free again.</summary>
    NotNeeded = 3,
}
