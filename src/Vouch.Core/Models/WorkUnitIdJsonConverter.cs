using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>Writes a <see cref="WorkUnitId"/> as a JSON string or member name, null for the default value, and refuses on reading what the id would refuse.</summary>
public sealed class WorkUnitIdJsonConverter : JsonConverter<WorkUnitId>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override WorkUnitId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => Parse(reader.GetString()!),
        _ => throw new JsonException("The id of a unit is a string."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, WorkUnitId value, JsonSerializerOptions options)
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
    public override WorkUnitId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, WorkUnitId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Value);
    }

    private static WorkUnitId Parse(string text)
    {
        try
        {
            return new WorkUnitId(text);
        }
        catch (ArgumentException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
