namespace Vouch.Caching.Policies;

/// <summary>Decides which entry leaves a full cache. It knows entries as slots, small whole numbers that the cache hands out and takes back; keys and values it never sees, only a key's hash.</summary>
/// <remarks>
/// The cache calls it under its maintenance lock: a policy is not thread-safe and need not be. The course of a miss is: the newcomer gets a free slot, <see cref="Insert"/>
/// tells the policy of it, and while the cache holds more than its capacity, <see cref="Victim"/> names a slot, which the cache empties with <see cref="Remove"/>. A victim
/// may be the newcomer itself: that is how a policy refuses admission. A cache of capacity C thus never has more than C + 1 slots in use when all weights are 1.
/// </remarks>
internal abstract class EvictionPolicy
{
    /// <summary>The name that tables and messages use.</summary>
    public abstract string Name { get; }

    /// <summary>Takes note that slots up to <paramref name="slots"/> - 1 may come into use. Called before the first such slot does; never shrinks.</summary>
    public abstract void EnsureSlots(int slots);

    /// <summary>An entry was read (or its value replaced).</summary>
    public abstract void Hit(int slot);

    /// <summary>A key that was not in the cache came into <paramref name="slot"/>.</summary>
    /// <param name="slot">A slot not in use.</param>
    /// <param name="hash">The key's hash: 64 well-mixed bits, so that a policy may remember keys that left, sample, and sketch.</param>
    /// <param name="weight">What it takes of the capacity, at least 1.</param>
    public abstract void Insert(int slot, ulong hash, long weight);

    /// <summary>The weight of a resident entry changed.</summary>
    public abstract void Reweigh(int slot, long weight);

    /// <summary>The slot to empty next; any slot in use, the last inserted one included. Called only when at least one slot is in use; does not remove it.</summary>
    public abstract int Victim();

    /// <summary>The entry in <paramref name="slot"/> left the cache.</summary>
    /// <param name="slot">The slot, free from now on.</param>
    /// <param name="evicted">True when it was <see cref="Victim"/>'s choice: the policy may remember its hash. False when it expired, was removed or cleared.</param>
    public abstract void Remove(int slot, bool evicted);
}
