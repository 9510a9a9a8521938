using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>Writes a <see cref="WorkerId"/> as a JSON string or member name, null for the default value, and refuses on reading what the id would refuse.</summary>
public sealed class WorkerIdJsonConverter : JsonConverter<WorkerId>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override WorkerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => Parse(reader.GetString()!),
        _ => throw new JsonException("The id of a worker is a string."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, WorkerId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.IsDefault)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteStringValue(value.Value);
        }
    }

    /// <inheritdoc/>
    public override WorkerId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, WorkerId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Value);
    }

    private static WorkerId Parse(string text)
    {
        try
        {
            return new WorkerId(text);
        }
        catch (ArgumentException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
