namespace Vouch.Caching.Time;

/// <summary>A deadline in 43 bits of milliseconds, and under it 20 bits that count how often the slot was written.</summary>
/// <remarks>
/// Readers of sliding entries move deadlines without a lock, by compare-and-exchange. The count keeps such an exchange, late because its thread was held up, from
/// hitting the next entry of the slot, even one with the same deadline: it would have to be the 1,048,576th one.
/// </remarks>
internal static class DeadlineWord
{
    public const long Never = CacheClock.Never << CountBits;

    private const int CountBits = 20;
    private const long CountMask = (1L << CountBits) - 1;

    public static long Deadline(long word) => word >> CountBits;

    /// <summary>The word for a slot that is written anew.</summary>
    public static long Next(long word, long deadline) => (deadline << CountBits) | ((word + 1) & CountMask);

    /// <summary>The word for the same entry with another deadline.</summary>
    public static long With(long word, long deadline) => (deadline << CountBits) | (word & CountMask);
}
