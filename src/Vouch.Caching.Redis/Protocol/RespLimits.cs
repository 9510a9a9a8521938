namespace Vouch.Caching.Redis.Protocol;

/// <summary>How much a peer may ask a <see cref="RespReader"/> to hold.</summary>
/// <param name="MaxBytes">The greatest length of one string, in bytes.</param>
/// <param name="MaxItems">The most elements in one frame, all levels together.</param>
/// <param name="MaxDepth">The most levels of arrays, maps and pushes within each other.</param>
public sealed record RespLimits(int MaxBytes = 512 << 20, int MaxItems = 1 << 20, int MaxDepth = 16);
