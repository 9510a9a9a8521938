namespace Vouch.Resilience.Tests.Chaos;

/// <summary>They keep all processors busy for seconds and run by themselves: tests beside them that let real threads meet would wait for their turn.</summary>
[CollectionDefinition(nameof(ChaosCollection), DisableParallelization = true)]
public sealed class ChaosCollection;
