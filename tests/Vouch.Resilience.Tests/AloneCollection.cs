namespace Vouch.Resilience.Tests;

/// <summary>Tests that run by themselves: they keep all processors busy for seconds, let real threads meet a clock of the test's own, or measure the memory of the process.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
