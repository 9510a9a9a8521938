using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Security.Secrets;

/// <summary>Writes <c>"[secret]"</c>; reads a secret from text.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("A secret is text.");
        }

        byte[] bytes = new byte[reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length];
        try
        {
            return Secret.FromBytes(bytes.AsSpan(0, reader.CopyString(bytes)));
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("A secret is valid text.");
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Secret.Shown);
}
