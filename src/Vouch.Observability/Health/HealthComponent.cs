using System.Collections.Frozen;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vouch.Observability.Health;

/// <summary>A part of a system whose health is watched: by a check that is run, or by reports it sends itself.</summary>
public sealed class HealthComponent
{
    /// <summary>Initializes a component that is checked.</summary>
    /// <param name="name">Its name, unique in its monitor.</param>
    /// <param name="check">The check; it may block, throw or hang.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="check"/> is null.</exception>
    public HealthComponent(string name, Func<CancellationToken, Task<HealthCheckResult>> check)
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(check);
        Check = check;
    }

    /// <summary>Initializes a component that reports itself, by <see cref="HealthMonitor.Report"/>.</summary>
    /// <param name="name">Its name, unique in its monitor.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank.</exception>
    public HealthComponent(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the tags, of which <see cref="HealthTags"/> decide which probes it answers.</summary>
    public IReadOnlySet<string> Tags { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Gets whether the system cannot do its work without it.</summary>
    /// <value>The default is true.</value>
    public bool IsCritical { get; init; } = true;

    /// <summary>Gets the state that a check gives which throws or hangs.</summary>
    /// <value><see cref="HealthState.Unhealthy"/> by default.</value>
    public HealthState FailureState { get; init; } = HealthState.Unhealthy;

    /// <summary>Gets how long its check may take, or null for <see cref="HealthMonitorOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how long its report is believed, or null for <see cref="HealthMonitorOptions.Expiry"/>.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Gets how many worse reports in a row make it worse, or null for <see cref="HealthMonitorOptions.WorseAfter"/>.</summary>
    public int? WorseAfter { get; init; }

    /// <summary>Gets how many better reports in a row make it better, or null for <see cref="HealthMonitorOptions.BetterAfter"/>.</summary>
    public int? BetterAfter { get; init; }

    internal Func<CancellationToken, Task<HealthCheckResult>>? Check { get; }
}
