using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Endpoints;

/// <summary>What an endpoint can do beyond answering text with text.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<EndpointCapabilities>))]
public enum EndpointCapabilities
{
    /// <summary>Text in, text out.</summary>
    None = 0,

    /// <summary>Sends its answer piece by piece.</summary>
    Streaming = 1,

    /// <summary>Calls tools (functions).</summary>
    Tools = 2,

    /// <summary>Answers in JSON on request, by a schema or freely.</summary>
    Json = 4,

    /// <summary>Reads images.</summary>
    Vision = 8,

    /// <summary>Reads or writes audio.</summary>
    Audio = 16,

    /// <summary>Reads system and developer messages.</summary>
    SystemMessages = 32,

    /// <summary>Returns the log probabilities of tokens.</summary>
    LogProbabilities = 64,
}
