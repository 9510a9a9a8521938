using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vouch.Observability.Health;

/// <summary>The checks that a host registered with <c>AddHealthChecks()</c>, as components.</summary>
internal static class RegisteredChecks
{
    // A registration whose failure is only a degradation is not critical.
    public static HealthComponent ToComponent(HealthCheckRegistration registration, IServiceScopeFactory scopes) =>
        new(registration.Name, token => RunAsync(registration, scopes, token))
        {
            Tags = registration.Tags.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            IsCritical = registration.FailureStatus == HealthStatus.Unhealthy,
            FailureState = registration.FailureStatus == HealthStatus.Unhealthy ? HealthState.Unhealthy : HealthState.Degraded,
            Timeout = registration.Timeout > TimeSpan.Zero ? registration.Timeout : null,
        };

    private static async Task<HealthCheckResult> RunAsync(HealthCheckRegistration registration, IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            IHealthCheck check = registration.Factory(scope.ServiceProvider);
            return await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancellationToken).ConfigureAwait(false);
        }
    }
}
