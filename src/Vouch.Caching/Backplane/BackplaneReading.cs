namespace Vouch.Caching.Backplane;

/// <summary>What a backplane's log says to a node that has read it up to some position.</summary>
/// <param name="Epoch">Which log it is: drawn at random when a log begins, so that one that was lost and begun anew is told from the old one. Not 0.</param>
/// <param name="Position">The log's last position when it was read. Positions before the first invalidation are 0.</param>
/// <param name="Invalidations">The invalidations after the position that the node named, in order. Where the log no longer reaches so far back, those that it has.</param>
/// <param name="IsComplete">Whether that is all of them.</param>
public sealed record BackplaneReading(ulong Epoch, long Position, IReadOnlyList<LoggedInvalidation> Invalidations, bool IsComplete);
