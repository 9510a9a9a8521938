using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;

namespace Vouch.Caching.Serialization;

/// <summary>Finds each type's serialiser once: the host's own for the type, its factories in order, the built-in ones for text and bytes, JSON.</summary>
internal sealed class SerializerRegistry(IServiceProvider? services, IEnumerable<IHybridCacheSerializerFactory> factories)
{
    private readonly IHybridCacheSerializerFactory[] _factories = [.. factories];
    private readonly ConcurrentDictionary<Type, object> _serializers = new();

    public IHybridCacheSerializer<T> Get<T>() => (IHybridCacheSerializer<T>)_serializers.GetOrAdd(typeof(T), static (_, self) => self.Find<T>(), this);

    private IHybridCacheSerializer<T> Find<T>()
    {
        if (services?.GetService(typeof(IHybridCacheSerializer<T>)) is IHybridCacheSerializer<T> own)
        {
            return own;
        }

        foreach (IHybridCacheSerializerFactory factory in _factories)
        {
            if (factory.TryCreateSerializer(out IHybridCacheSerializer<T>? made))
            {
                return made;
            }
        }

        if (typeof(T) == typeof(string))
        {
            return (IHybridCacheSerializer<T>)(object)new TextSerializer();
        }

        if (typeof(T) == typeof(byte[]))
        {
            return (IHybridCacheSerializer<T>)(object)new BytesSerializer();
        }

        return JsonSerializer.IsReflectionEnabledByDefault && ByReflection<T>() is { } json
            ? json
            : throw new NotSupportedException($"Nothing serializes {typeof(T)}: register an IHybridCacheSerializer<T>, or a {nameof(JsonCacheSerializerFactory)} whose context knows the type.");
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Asked only where the application has left serialization by reflection on; it is off in trimmed applications.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Asked only where the application has left serialization by reflection on; it is off in applications compiled ahead of time.")]
    private static IHybridCacheSerializer<T>? ByReflection<T>() =>
        JsonCacheSerializerFactory.CreateByReflection().TryCreateSerializer(out IHybridCacheSerializer<T>? serializer) ? serializer : null;
}
