using System.Buffers;
using System.Text;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>A request of the OpenAI chat completions interface, read for routing: what it says, needs and allows. What routing does not concern is passed on untouched.</summary>
/// <remarks>Immutable and safe to share; holds pooled memory, so dispose of it.</remarks>
public sealed class ChatRequest : IDisposable
{
    /// <summary>The model name that asks for routing.</summary>
    public const string AutoModel = "auto";

    private const int OverheadTokensPerMessage = 8;
    private const int TokensOfAnImage = 2_048;

    private readonly JsonDocument _document;
    private readonly string? _limitField;

    private ChatRequest(JsonDocument document, string? limitField)
    {
        _document = document;
        _limitField = limitField;
    }

    /// <summary>Gets the model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the text of the last user message: what quality is predicted from.</summary>
    public required string Prompt { get; init; }

    /// <summary>Gets the expected input tokens: a quarter of all characters, and what images and message frames take.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Gets a number of input tokens that is hardly exceeded: the bytes of the request, and what images and message frames take.</summary>
    public required int MaxInputTokens { get; init; }

    /// <summary>Gets the most output tokens asked for, null where the request does not limit them.</summary>
    public required int? MaxOutputTokens { get; init; }

    /// <summary>Gets what the endpoint must be able to do.</summary>
    public required EndpointCapabilities Capabilities { get; init; }

    /// <summary>Gets whether the answer is to come piece by piece.</summary>
    public required bool IsStreaming { get; init; }

    /// <summary>Gets whether the caller asked for the usage at the end of a stream.</summary>
    public required bool WantsUsage { get; init; }

    /// <summary>Reads a request.</summary>
    /// <param name="utf8Json">The body, UTF-8.</param>
    /// <exception cref="InputValidationException">It is no such request; says which field and what was expected.</exception>
    public static ChatRequest Parse(ReadOnlyMemory<byte> utf8Json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException e)
        {
            throw new InputValidationException($"The request is no JSON: {e.Message}", e) { Location = "$", Expected = "an object" };
        }

        try
        {
            return Read(document, utf8Json.Length);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Writes the request for an endpoint: its model, the limit that money was set aside for, and usage at the end of a stream.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="maxOutputTokens">The most output tokens.</param>
    /// <param name="output">Where to write UTF-8.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>The limit keeps the field name the caller used; where the caller set none it is <c>max_completion_tokens</c> for an endpoint with hidden reasoning, else <c>max_tokens</c>.</remarks>
    public void WriteFor(Endpoint endpoint, int maxOutputTokens, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(output);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("model"u8, endpoint.Model);
        json.WriteNumber(_limitField ?? (endpoint.Prices.ReasoningFactor > 1 ? "max_completion_tokens" : "max_tokens"), maxOutputTokens);
        if (IsStreaming)
        {
            json.WritePropertyName("stream_options"u8);
            WriteStreamOptions(json);
        }

        foreach (JsonProperty property in _document.RootElement.EnumerateObject())
        {
            if (property.Name is not ("model" or "max_tokens" or "max_completion_tokens" or "stream_options"))
            {
                property.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The request as the router takes it.</summary>
    /// <param name="constraints">Who may see it, and where.</param>
    /// <param name="tenant">Whose budget pays.</param>
    /// <param name="maxCost">The most it may cost.</param>
    public RouteRequest ToRoute(RouteConstraints? constraints = null, string? tenant = null, Budgets.NanoUsd? maxCost = null) => new(Prompt)
    {
        InputTokens = InputTokens,
        MaxInputTokens = MaxInputTokens,
        MaxOutputTokens = MaxOutputTokens,
        Capabilities = Capabilities,
        Constraints = constraints,
        Tenant = tenant,
        MaxCost = maxCost,
    };

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static ChatRequest Read(JsonDocument document, int bytes)
    {
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Refused("$", "an object", root.ValueKind.ToString());
        }

        string model = root.TryGetProperty("model", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : throw Refused("$.model", "a model's name, such as \"auto\"", null);
        if (!root.TryGetProperty("messages", out JsonElement messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            throw Refused("$.messages", "a list of at least one message", null);
        }

        if (root.TryGetProperty("n", out JsonElement n) && (n.ValueKind != JsonValueKind.Null) && !(n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out int choices) && choices == 1))
        {
            throw Refused("$.n", "1: several choices of one request are not routed", n.GetRawText());
        }

        EndpointCapabilities needs = EndpointCapabilities.None;
        long characters = 0;
        int images = 0;
        string prompt = "";
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
            {
                throw Refused($"$.messages[{index}].role", "a role", null);
            }

            string text = TextOf(message, ref needs, ref images);
            characters += text.Length;
            if (role.ValueEquals("user"u8))
            {
                prompt = text;
            }
            else if (role.ValueEquals("system"u8) || role.ValueEquals("developer"u8))
            {
                needs |= EndpointCapabilities.SystemMessages;
            }

            index++;
        }

        bool streams = root.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;
        needs |= (streams ? EndpointCapabilities.Streaming : 0)
            | (root.TryGetProperty("tools", out JsonElement tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0 ? EndpointCapabilities.Tools : 0)
            | (root.TryGetProperty("response_format", out JsonElement format) && format.ValueKind == JsonValueKind.Object
                && format.TryGetProperty("type", out JsonElement type) && !type.ValueEquals("text"u8) ? EndpointCapabilities.Json : 0)
            | (root.TryGetProperty("logprobs", out JsonElement log) && log.ValueKind == JsonValueKind.True ? EndpointCapabilities.LogProbabilities : 0)
            | (root.TryGetProperty("audio", out JsonElement audio) && audio.ValueKind == JsonValueKind.Object ? EndpointCapabilities.Audio : 0);

        // Tools count as input too.
        characters += tools.ValueKind == JsonValueKind.Array ? tools.GetRawText().Length : 0;
        string? limitField = null;
        int? limit = Limit(root, "max_completion_tokens", ref limitField) ?? Limit(root, "max_tokens", ref limitField);
        int frames = index * OverheadTokensPerMessage;
        return new ChatRequest(document, limitField)
        {
            Model = model,
            Prompt = prompt,
            InputTokens = Clamp(((characters + 3) / 4) + frames + ((long)images * TokensOfAnImage)),
            MaxInputTokens = Clamp(bytes + frames + ((long)images * TokensOfAnImage)),
            MaxOutputTokens = limit,
            Capabilities = needs,
            IsStreaming = streams,
            WantsUsage = streams && root.TryGetProperty("stream_options", out JsonElement options) && options.ValueKind == JsonValueKind.Object
                && options.TryGetProperty("include_usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.True,
        };
    }

    private static string TextOf(JsonElement message, ref EndpointCapabilities needs, ref int images)
    {
        if (!message.TryGetProperty("content", out JsonElement content) || content.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            throw Refused("$.messages[*].content", "text or a list of parts", content.ValueKind.ToString());
        }

        var text = new StringBuilder();
        foreach (JsonElement part in content.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String)
            {
                throw Refused("$.messages[*].content[*].type", "a part with a type", null);
            }

            if (type.ValueEquals("text"u8) && part.TryGetProperty("text", out JsonElement piece) && piece.ValueKind == JsonValueKind.String)
            {
                text.Append(piece.GetString());
            }
            else if (type.ValueEquals("image_url"u8))
            {
                needs |= EndpointCapabilities.Vision;
                images++;
            }
            else if (type.ValueEquals("input_audio"u8))
            {
                needs |= EndpointCapabilities.Audio;
            }
        }

        return text.ToString();
    }

    private static int? Limit(JsonElement root, string field, ref string? found)
    {
        if (!root.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        found ??= field;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int limit) && limit >= 1 ? limit : throw Refused("$." + field, "a whole number of at least 1", value.GetRawText());
    }

    private static int Clamp(long tokens) => (int)Math.Min(tokens, int.MaxValue);

    private static InputValidationException Refused(string location, string expected, string? found) =>
        new($"{location} must be {expected}{(found is null ? "" : $", not {found}")}.") { Location = location, Expected = expected, Value = found };

    private void WriteStreamOptions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_document.RootElement.TryGetProperty("stream_options", out JsonElement options) && options.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in options.EnumerateObject())
            {
                if (property.Name != "include_usage")
                {
                    property.WriteTo(json);
                }
            }
        }

        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
    }
}
