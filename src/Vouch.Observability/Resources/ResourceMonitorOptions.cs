using System.ComponentModel.DataAnnotations;

namespace Vouch.Observability.Resources;

/// <summary>From where on resources are scarce.</summary>
public sealed class ResourceMonitorOptions
{
    /// <summary>Gets or sets the folder whose disk is watched.</summary>
    /// <value>A path, or null for the folder of the program. The default is null.</value>
    public string? DiskPath { get; set; }

    /// <summary>Gets or sets the share of all processors from which on the process is degraded.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.95.</value>
    [Range(0.0, 1.0)]
    public double CpuDegraded { get; set; } = 0.95;

    /// <summary>Gets or sets the share of memory from which on the process is degraded.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.9.</value>
    [Range(0.0, 1.0)]
    public double MemoryDegraded { get; set; } = 0.9;

    /// <summary>Gets or sets the share of memory from which on the process is unhealthy.</summary>
    /// <value>A fraction in [0, 2]. The default is 0.98.</value>
    [Range(0.0, 2.0)]
    public double MemoryUnhealthy { get; set; } = 0.98;

    /// <summary>Gets or sets the free space of the disk below which the process is degraded.</summary>
    /// <value>A count of bytes, 0 or more. The default is 1 GiB.</value>
    [Range(0, long.MaxValue)]
    public long DiskDegradedBytes { get; set; } = 1L << 30;

    /// <summary>Gets or sets the free space of the disk below which the process is unhealthy.</summary>
    /// <value>A count of bytes, 0 or more. The default is 100 MiB.</value>
    [Range(0, long.MaxValue)]
    public long DiskUnhealthyBytes { get; set; } = 100L << 20;

    /// <summary>Gets or sets the share of time in collections from which on the process is degraded.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.2.</value>
    [Range(0.0, 1.0)]
    public double GcPauseDegraded { get; set; } = 0.2;

    /// <summary>Gets or sets the work items waiting for a pool thread from which on the process is degraded.</summary>
    /// <value>A count, 1 or more. The default is 1,000.</value>
    [Range(1, long.MaxValue)]
    public long PoolQueueDegraded { get; set; } = 1_000;
}
