using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer;

/// <summary>Follows changes of the configuration while the host runs: routing options, exploration, the named policy, and the limits of caps.</summary>
/// <remarks>
/// A configuration that is refused changes nothing: what was in force stays in force and <see cref="LastFailure"/> says why. Not followed, since it would void what runs: the number, windows and tenants of caps, the
/// journal's file, and the monitor's options, which hold from the next calibration on. Endpoints are followed by <see cref="Endpoints.EndpointCatalog"/>. Safe to share.
/// </remarks>
public sealed class OptimizerReload : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IOptionsFactory<OptimizerOptions> _factory;
    private readonly IOptionsChangeTokenSource<OptimizerOptions>[] _sources;
    private readonly List<IDisposable> _registrations = [];
    private OptimizerOptions? _inForce;
    private Router? _router;
    private bool _followsProfile;

    /// <summary>Initializes it; registered by <c>AddVouchOptimizer</c>.</summary>
    /// <param name="factory">Makes and validates the options.</param>
    /// <param name="sources">What tells of changes.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public OptimizerReload(IOptionsFactory<OptimizerOptions> factory, IEnumerable<IOptionsChangeTokenSource<OptimizerOptions>> sources)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(sources);
        _factory = factory;
        _sources = [.. sources.Where(static source => source.Name is null || source.Name.Length == 0)];
    }

    /// <summary>Gets why the latest configuration was refused; null where it is in force.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Gets how many changes were put into force.</summary>
    public int Reloads { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable registration in _registrations)
        {
            registration.Dispose();
        }
    }

    internal void Follow(Router router, OptimizerOptions inForce, bool followsProfile)
    {
        _router = router;
        _inForce = inForce;
        _followsProfile = followsProfile;
        foreach (IOptionsChangeTokenSource<OptimizerOptions> source in _sources)
        {
            _registrations.Add(ChangeToken.OnChange(source.GetChangeToken, Reload));
        }
    }

    private void Reload()
    {
        lock (_lock)
        {
            try
            {
                Apply(_factory.Create(Options.DefaultName));
                LastFailure = null;
                Reloads++;
            }
            catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or FormatException or ArgumentException)
            {
                // It comes from a file watcher's thread: an exception would end the host over a slip of the pen.
                LastFailure = e.Message;
            }
        }
    }

    private void Apply(OptimizerOptions options)
    {
        Router router = _router!;
        router.Configure(options.Routing, options.Exploration);
        if (_followsProfile && (options.RoutingProfile != _inForce!.RoutingProfile || options.ReferenceQueryUsd != _inForce.ReferenceQueryUsd))
        {
            router.Use(new RoutingPlan(RoutingPolicy.For(options.RoutingProfile, options.ReferenceQueryUsd)));
        }

        foreach (SpendCapOptions cap in options.Budgets.Caps)
        {
            router.Budgets.SetLimit(cap.Name, NanoUsd.FromUsd(cap.LimitUsd));
        }

        _inForce = options;
    }
}
