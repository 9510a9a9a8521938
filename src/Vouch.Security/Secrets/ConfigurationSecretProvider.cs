using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Vouch.Security.Secrets;

/// <summary>Reads secrets from configuration: environment variables, user secrets, key vaults that have a configuration provider.</summary>
/// <remarks>Safe to share. Configuration keeps its values as strings, which nobody can zero: prefer <see cref="FileSecretProvider"/> where that matters. Changes are heard of where the configuration reloads.</remarks>
public sealed class ConfigurationSecretProvider : ISecretProvider
{
    private readonly IConfiguration _configuration;

    /// <summary>Initializes a provider.</summary>
    /// <param name="configuration">The section whose keys are the names.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    public ConfigurationSecretProvider(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
    }

    /// <inheritdoc/>
    public Secret? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _configuration[name] is { } text ? Secret.FromText(text) : null;
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => _configuration.GetReloadToken();
}
