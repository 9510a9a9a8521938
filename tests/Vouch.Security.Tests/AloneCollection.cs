namespace Vouch.Security.Tests;

/// <summary>Tests that run while no other does: what they measure, or need many threads for, would suffer from others.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
