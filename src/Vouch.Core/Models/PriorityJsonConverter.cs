using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>Writes a <see cref="Priority"/> as its level, a JSON number, and refuses levels outside 1..10 on reading.</summary>
public sealed class PriorityJsonConverter : JsonConverter<Priority>
{
    /// <inheritdoc/>
    public override Priority Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int level) && level is >= Priority.MinLevel and <= Priority.MaxLevel
            ? new Priority(level)
            : throw new JsonException($"A priority is an integer in [{Priority.MinLevel}, {Priority.MaxLevel}].");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Priority value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(value.Level);
    }
}
