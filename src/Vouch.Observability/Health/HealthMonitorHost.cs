using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Vouch.Observability.Health;

/// <summary>Polls the health of a host from its start, where the options do not say otherwise. The container ends it.</summary>
internal sealed class HealthMonitorHost(HealthMonitor monitor, IOptions<ObservabilityOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Health.StartWithHost)
        {
            monitor.Start();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        monitor.Stop();
        return Task.CompletedTask;
    }
}
