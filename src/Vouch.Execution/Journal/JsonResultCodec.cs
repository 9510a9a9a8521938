using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vouch.Core.Exceptions;

namespace Vouch.Execution.Journal;

/// <summary>Keeps results as JSON, by a source-generated contract (trimming and ahead-of-time compilation are safe).</summary>
/// <typeparam name="TResult">What comes back from workers.</typeparam>
/// <param name="typeInfo">The contract, such as <c>MyJsonContext.Default.MyResult</c>.</param>
public sealed class JsonResultCodec<TResult>(JsonTypeInfo<TResult> typeInfo) : IResultCodec<TResult>
{
    private readonly JsonTypeInfo<TResult> _typeInfo = typeInfo ?? throw new ArgumentNullException(nameof(typeInfo));

    /// <inheritdoc />
    public void Write(TResult result, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, result, _typeInfo);
    }

    /// <inheritdoc />
    /// <exception cref="InputValidationException">The bytes are not JSON of the type.</exception>
    public TResult Read(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, _typeInfo) ?? throw new InputValidationException("A journalled result is null.") { Location = "$" };
        }
        catch (JsonException cause)
        {
            throw new InputValidationException($"A journalled result is not valid: {cause.Message}", cause) { Location = cause.Path, Expected = typeof(TResult).Name };
        }
    }
}
