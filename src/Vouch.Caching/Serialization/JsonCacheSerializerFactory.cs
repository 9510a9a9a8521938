using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Caching.Hybrid;

namespace Vouch.Caching.Serialization;

/// <summary>Serialises cached values as JSON by System.Text.Json. Safe to trim and to compile ahead of time when the options name a source-generated context.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class JsonCacheSerializerFactory : IHybridCacheSerializerFactory
{
    private readonly JsonSerializerOptions _options;

    /// <summary>Initializes a factory.</summary>
    /// <param name="options">How to serialize. Its <see cref="JsonSerializerOptions.TypeInfoResolver"/>, usually a source-generated context, says which types; others are refused.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> has no <see cref="JsonSerializerOptions.TypeInfoResolver"/>.</exception>
    public JsonCacheSerializerFactory(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TypeInfoResolver is null)
        {
            throw new ArgumentException("Set TypeInfoResolver to a source-generated JsonSerializerContext, or use CreateByReflection.", nameof(options));
        }

        _options = options;
    }

    /// <summary>Makes a factory that serializes any type by reflection.</summary>
    /// <returns>The factory.</returns>
    [RequiresUnreferencedCode("Members of cached types may be trimmed away. Use a source-generated JsonSerializerContext instead.")]
    [RequiresDynamicCode("Serializing by reflection makes code at run time. Use a source-generated JsonSerializerContext instead.")]
    public static JsonCacheSerializerFactory CreateByReflection() => new(JsonSerializerOptions.Default);

    /// <inheritdoc/>
    public bool TryCreateSerializer<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
    {
        serializer = _options.TryGetTypeInfo(typeof(T), out JsonTypeInfo? info) ? new JsonCacheSerializer<T>((JsonTypeInfo<T>)info) : null;
        return serializer is not null;
    }
}
