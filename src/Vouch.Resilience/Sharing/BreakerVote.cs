namespace Vouch.Resilience.Sharing;

/// <summary>What one node says about one key.</summary>
/// <param name="Node">The node.</param>
/// <param name="Key">The key.</param>
/// <param name="IsOpen">Whether the node found the key broken; false takes an earlier vote back.</param>
public readonly record struct BreakerVote(string Node, string Key, bool IsOpen);
