namespace Vouch.Observability.Resources;

/// <summary>This process, on any platform, within its container's limits.</summary>
internal sealed class ProcessResources(string? diskPath) : IResourceSource
{
    private readonly string _diskPath = diskPath ?? AppContext.BaseDirectory;

    public int Processors => Math.Max(1, Environment.ProcessorCount);

    public TimeSpan Cpu => OperatingSystem.IsBrowser() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() ? TimeSpan.Zero : Environment.CpuUsage.TotalTime;

    public TimeSpan GcPauses => GC.GetTotalPauseDuration();

    public long WorkingSet => Environment.WorkingSet;

    public long ManagedHeap => GC.GetTotalMemory(forceFullCollection: false);

    // The collector knows a container's limit; its view of the load is renewed by each collection, so the process's own size is looked at as well.
    public (long Limit, double Used) Memory
    {
        get
        {
            GCMemoryInfo info = GC.GetGCMemoryInfo();
            long limit = info.TotalAvailableMemoryBytes;
            return limit <= 0 ? (0, 0) : (limit, Math.Max((double)info.MemoryLoadBytes, WorkingSet) / limit);
        }
    }

    public (long? Free, double? Used) Disk
    {
        get
        {
            try
            {
                var drive = new DriveInfo(Path.GetFullPath(_diskPath));
                return drive.TotalSize > 0 ? (drive.AvailableFreeSpace, 1 - ((double)drive.AvailableFreeSpace / drive.TotalSize)) : (null, null);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                return (null, null);
            }
        }
    }

    public long Collections => GC.CollectionCount(0);

    public int PoolThreads => ThreadPool.ThreadCount;

    public long PoolQueueLength => ThreadPool.PendingWorkItemCount;
}
