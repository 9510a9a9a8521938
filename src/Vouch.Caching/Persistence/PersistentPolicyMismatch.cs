namespace Vouch.Caching.Persistence;

/// <summary>What to do with entries that were made under another policy than the one in force.</summary>
public enum PersistentPolicyMismatch
{
    /// <summary>Opening fails with a <see cref="Core.Exceptions.PolicyMismatchException"/>: someone has to decide.</summary>
    Refuse = 0,

    /// <summary>They are deleted and made anew as they are asked for; <see cref="PersistentRecovery.DiscardedSegments"/> says that it happened.</summary>
    Discard,
}
