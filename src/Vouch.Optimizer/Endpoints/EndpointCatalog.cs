using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Endpoints;

/// <summary>Holds the registry in force and follows its configuration: a change is taken over whole, or not at all.</summary>
/// <remarks>
/// Safe to share. A changed configuration that is not valid leaves the registry in force as it is; <see cref="LastFailure"/> then says what was wrong.
/// Calls under way keep the endpoint and the prices they were made with.
/// </remarks>
public sealed class EndpointCatalog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IDisposable? _subscription;
    private volatile EndpointRegistry _current;
    private volatile string? _lastFailure;

    /// <summary>Initializes a catalog that changes only by <see cref="Replace"/>.</summary>
    /// <param name="registry">The registry in force.</param>
    /// <exception cref="ArgumentNullException"><paramref name="registry"/> is null.</exception>
    public EndpointCatalog(EndpointRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _current = registry;
    }

    /// <summary>Initializes a catalog that follows a configuration section.</summary>
    /// <param name="configuration">A section with a list <c>Endpoints</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    /// <exception cref="ConfigurationException">A field is missing, unreadable or outside its range.</exception>
    public EndpointCatalog(IConfiguration configuration)
        : this(EndpointRegistry.From(configuration)) =>
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, () => Follow(() => EndpointRegistry.From(configuration)));

    /// <summary>Initializes a catalog that follows its options.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ConfigurationException">A field is missing or outside its range.</exception>
    /// <exception cref="OptionsValidationException">The options refuse themselves.</exception>
    public EndpointCatalog(IOptionsMonitor<EndpointRegistryOptions> options)
        : this(EndpointRegistry.From((options ?? throw new ArgumentNullException(nameof(options))).CurrentValue)) =>
        _subscription = options.OnChange(changed => Follow(() => EndpointRegistry.From(changed)));

    /// <summary>Occurs after another registry came into force, on the thread that brought it; handlers must not throw.</summary>
    public event Action<EndpointRegistry>? Changed;

    /// <summary>Gets the registry in force.</summary>
    public EndpointRegistry Current => _current;

    /// <summary>Gets what was wrong with the last change that was not followed; null after one that was, and where there was none.</summary>
    public string? LastFailure => _lastFailure;

    /// <summary>Puts another registry into force.</summary>
    /// <param name="registry">The registry.</param>
    /// <exception cref="ArgumentNullException"><paramref name="registry"/> is null.</exception>
    public void Replace(EndpointRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        lock (_lock)
        {
            _lastFailure = null;
            if (registry.Digest == _current.Digest)
            {
                return;
            }

            _current = registry;
        }

        Changed?.Invoke(registry);
    }

    /// <summary>Stops following.</summary>
    public void Dispose() => _subscription?.Dispose();

    private void Follow(Func<EndpointRegistry> read)
    {
        try
        {
            Replace(read());
        }
        catch (Exception e) when (e is ConfigurationException or OptionsValidationException)
        {
            _lastFailure = e.Message;
        }
    }
}
