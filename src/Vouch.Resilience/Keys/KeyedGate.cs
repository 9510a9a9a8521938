using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Keys;

/// <summary>Decides by the state of a key whether a call may pass. Takes the time as an argument and waits for nothing.</summary>
internal abstract class KeyedGate
{
    public abstract RefusalReason Refusal { get; }

    /// <summary>Lets a call pass or not.</summary>
    /// <returns>What <see cref="Exit"/> must be given; null where it is refused.</returns>
    public abstract KeyedState? TryEnter(string key, long now);

    /// <summary>Ends a call that passed.</summary>
    /// <param name="state">What <see cref="TryEnter"/> returned.</param>
    /// <param name="key">Its key.</param>
    /// <param name="started">When it passed.</param>
    /// <param name="now">The time.</param>
    /// <param name="error">The class of its failure; null for a success.</param>
    public abstract void Exit(KeyedState state, string key, long started, long now, ErrorClass? error);
}
