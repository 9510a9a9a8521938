namespace Vouch.Observability.Resources;

/// <summary>Where a monitor reads from.</summary>
internal interface IResourceSource
{
    int Processors { get; }

    TimeSpan Cpu { get; }

    TimeSpan GcPauses { get; }

    long WorkingSet { get; }

    long ManagedHeap { get; }

    (long Limit, double Used) Memory { get; }

    (long? Free, double? Used) Disk { get; }

    long Collections { get; }

    int PoolThreads { get; }

    long PoolQueueLength { get; }
}
