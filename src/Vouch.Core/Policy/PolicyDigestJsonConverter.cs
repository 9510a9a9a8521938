using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Core.Policy;

/// <summary>Writes a <see cref="PolicyDigest"/> as a JSON string, null for the default value, and refuses anything else on reading.</summary>
public sealed class PolicyDigestJsonConverter : JsonConverter<PolicyDigest>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override PolicyDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String when PolicyDigest.TryParse(reader.GetString(), out PolicyDigest digest) => digest,
        _ => throw new JsonException("A policy digest reads \"sha256:\" and 64 lowercase hexadecimal digits."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PolicyDigest value, JsonSerializerOptions options)
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
}
