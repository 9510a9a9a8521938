using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;

namespace Vouch.Optimizer.Endpoints;

/// <summary>The endpoints at one moment: an immutable snapshot with the digest of everything in it.</summary>
/// <remarks>Safe to share. Two registries that say the same have the same <see cref="Digest"/>, whatever their files looked like; the order of endpoints counts.</remarks>
public sealed class EndpointRegistry
{
    /// <summary>The most endpoints of one registry.</summary>
    public const int MaxEndpoints = 1_024;

    private const int DefaultMaxOutputTokens = 4_096;

    private readonly Endpoint[] _endpoints;
    private readonly FrozenDictionary<string, int> _positions;

    private EndpointRegistry(Endpoint[] endpoints)
    {
        _endpoints = endpoints;
        _positions = endpoints.Select(static (endpoint, position) => KeyValuePair.Create(endpoint.Id, position)).ToFrozenDictionary(StringComparer.Ordinal);
        Endpoints = Array.AsReadOnly(endpoints);
        Digest = PolicyDigest.OfJson(Write(endpoints));
    }

    /// <summary>Gets a registry without endpoints: every query is rejected.</summary>
    public static EndpointRegistry Empty { get; } = new([]);

    /// <summary>Gets the ready example: eleven endpoints in five tiers with list prices of 2024. It shows the format; check prices before use.</summary>
    public static EndpointRegistry Example { get; } = LoadExample();

    /// <summary>Gets the endpoints in their order.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; }

    /// <summary>Gets the number of endpoints.</summary>
    public int Count => _endpoints.Length;

    /// <summary>Gets the digest of all fields of all endpoints, for records of decisions.</summary>
    public PolicyDigest Digest { get; }

    internal ReadOnlySpan<Endpoint> Span => _endpoints;

    /// <summary>Gets an endpoint.</summary>
    /// <param name="position">Its position, 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such position.</exception>
    public Endpoint this[int position] => _endpoints[position];

    /// <summary>Makes a registry from options.</summary>
    /// <param name="options">The options; later changes of the object are not followed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ConfigurationException">A field is missing or outside its range; the message names every endpoint and field at fault.</exception>
    public static EndpointRegistry From(EndpointRegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = EndpointRegistryRules.Failures(options);
        return failures.Count == 0
            ? new EndpointRegistry([.. options.Endpoints.Select(Make)])
            : throw new ConfigurationException(string.Join(Environment.NewLine, failures)) { OptionName = nameof(options.Endpoints) };
    }

    /// <summary>Makes a registry from a configuration section that holds a list <c>Endpoints</c>.</summary>
    /// <param name="configuration">The section.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    /// <exception cref="ConfigurationException">A field is missing, unreadable or outside its range.</exception>
    public static EndpointRegistry From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new EndpointRegistryOptions();
        try
        {
            configuration.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"The endpoints cannot be read: {e.Message}", e) { OptionName = nameof(options.Endpoints) };
        }

        return From(options);
    }

    /// <summary>Makes a registry from JSON of the shape <c>{"Endpoints": [{"Id": ..., ...}]}</c>; comments and trailing commas are allowed.</summary>
    /// <param name="utf8Json">The JSON in UTF-8.</param>
    /// <exception cref="ConfigurationException">The text is not such JSON (a field that does not exist is named), or a field is missing or outside its range.</exception>
    public static EndpointRegistry FromJson(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            EndpointRegistryOptions? options = JsonSerializer.Deserialize(utf8Json, EndpointRegistryJson.Default.EndpointRegistryOptions);
            return options is null ? throw new ConfigurationException("The endpoints are null; an object with a list Endpoints is wanted.") : From(options);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"The endpoints cannot be read: {e.Message}", e) { OptionName = e.Path };
        }
    }

    /// <summary>Finds an endpoint.</summary>
    /// <param name="id">Its identifier; letter case counts.</param>
    /// <param name="endpoint">The endpoint, null where there is none.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string? id, [NotNullWhen(true)] out Endpoint? endpoint)
    {
        int position = PositionOf(id);
        endpoint = position < 0 ? null : _endpoints[position];
        return position >= 0;
    }

    /// <summary>Finds an endpoint's position.</summary>
    /// <param name="id">Its identifier; letter case counts.</param>
    /// <returns>The position, -1 where there is none.</returns>
    public int PositionOf(string? id) => id is not null && _positions.TryGetValue(id, out int position) ? position : -1;

    private static Endpoint Make(EndpointOptions options) => new()
    {
        Id = options.Id,
        Provider = options.Provider,
        Model = options.Model.Length == 0 ? options.Id : options.Model,
        Tier = options.Tier,
        Prices = new EndpointPrices(options.InputUsdPerMillion!.Value, options.OutputUsdPerMillion!.Value, options.ReasoningUsdPerMillion, options.ReasoningFactor),
        ContextTokens = options.ContextTokens!.Value,
        MaxOutputTokens = options.MaxOutputTokens ?? Math.Min(DefaultMaxOutputTokens, options.ContextTokens.Value),
        Capabilities = options.Capabilities,
        Region = options.Region,
        Role = options.Role,
        Enabled = options.Enabled,
        Address = string.IsNullOrEmpty(options.Address) ? null : new Uri(options.Address.EndsWith('/') ? options.Address : options.Address + "/", UriKind.Absolute),
        KeyName = options.KeyName,
    };

    private static byte[] Write(Endpoint[] endpoints)
    {
        var buffer = new ArrayBufferWriter<byte>(512 * (endpoints.Length + 1));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (Endpoint endpoint in endpoints)
            {
                json.WriteStartObject();
                json.WriteString("id", endpoint.Id);
                json.WriteString("provider", endpoint.Provider);
                json.WriteString("model", endpoint.Model);
                json.WriteString("tier", endpoint.Tier);

                // As text: 0.10 and 0.1 are one price, and no digit is lost on the way through a double.
                json.WriteString("input", endpoint.Prices.InputUsdPerMillion.ToString("0.############", CultureInfo.InvariantCulture));
                json.WriteString("output", endpoint.Prices.OutputUsdPerMillion.ToString("0.############", CultureInfo.InvariantCulture));
                json.WriteString("reasoning", endpoint.Prices.ReasoningUsdPerMillion.ToString("0.############", CultureInfo.InvariantCulture));
                json.WriteNumber("reasoningFactor", endpoint.Prices.ReasoningFactor);
                json.WriteNumber("context", endpoint.ContextTokens);
                json.WriteNumber("maxOutput", endpoint.MaxOutputTokens);
                json.WriteNumber("capabilities", (int)endpoint.Capabilities);
                json.WriteString("region", endpoint.Region);
                json.WriteNumber("role", (int)endpoint.Role);
                json.WriteBoolean("enabled", endpoint.Enabled);
                json.WriteString("address", endpoint.Address?.AbsoluteUri);
                json.WriteString("key", endpoint.KeyName);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static EndpointRegistry LoadExample()
    {
        using Stream stream = typeof(EndpointRegistry).Assembly.GetManifestResourceStream("Vouch.Optimizer.Endpoints.example.json")
            ?? throw new InvalidOperationException("The example configuration is not in the assembly.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return FromJson(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }
}
