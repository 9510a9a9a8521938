namespace Vouch.Observability.Resources;

/// <summary>What the process and its machine use at a moment.</summary>
/// <param name="At">When it was read.</param>
/// <param name="CpuUtilization">The process's share of all processors since the reading before, in [0, 1]; NaN for the first reading.</param>
/// <param name="WorkingSetBytes">Memory of the process that is in physical memory.</param>
/// <param name="ManagedHeapBytes">Memory of live and not yet collected objects.</param>
/// <param name="MemoryLimitBytes">Memory that the process may use: of the machine, or of its container where that is less.</param>
/// <param name="MemoryUtilization">Share of that limit in use by everything on the machine or in the container, in [0, 1] and above where it swaps.</param>
/// <param name="DiskFreeBytes">Free space for the process on the watched disk, or null where it cannot be read.</param>
/// <param name="DiskUtilization">Share of the watched disk that is used, or null where it cannot be read.</param>
/// <param name="GcPauseShare">Share of time since the reading before in which collections paused the process, in [0, 1].</param>
/// <param name="Collections">Collections of any generation since the process began.</param>
/// <param name="PoolThreads">Threads of the thread pool.</param>
/// <param name="PoolQueueLength">Work items that wait for a thread of the pool.</param>
public sealed record ResourceReading(
    DateTimeOffset At,
    double CpuUtilization,
    long WorkingSetBytes,
    long ManagedHeapBytes,
    long MemoryLimitBytes,
    double MemoryUtilization,
    long? DiskFreeBytes,
    double? DiskUtilization,
    double GcPauseShare,
    long Collections,
    int PoolThreads,
    long PoolQueueLength);
