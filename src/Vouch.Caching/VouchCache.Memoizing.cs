using Vouch.Caching.Entries;
using Vouch.Caching.Loading;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>Makes a function remember its results in this cache.</summary>
    /// <param name="function">Any asynchronous function of a key.</param>
    /// <param name="entry">How results are kept; null for the cache's own settings.</param>
    /// <returns>A function with the same results. Calls at once with the same key run the function once (<see cref="GetOrAddAsync(TKey, Func{TKey, CancellationToken, ValueTask{TValue}}, CancellationToken)"/>).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value in <paramref name="entry"/> is out of its range.</exception>
    /// <remarks>Two functions must not share a cache unless their keys tell them apart.</remarks>
    public Func<TKey, CancellationToken, ValueTask<TValue>> Memoize(Func<TKey, CancellationToken, ValueTask<TValue>> function, EntryOptions? entry = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Memoize(static key => key, function, entry);
    }

    /// <summary>Makes a function remember its results in this cache, by a key drawn from its argument.</summary>
    /// <typeparam name="TArgument">The type of the function's argument.</typeparam>
    /// <param name="keyOf">Draws the key from an argument: arguments with equal keys share a result.</param>
    /// <param name="function">Any asynchronous function.</param>
    /// <param name="entry">How results are kept; null for the cache's own settings.</param>
    /// <returns>A function with the same results. Calls at once with the same key run the function once, with the argument of the first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="keyOf"/> or <paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value in <paramref name="entry"/> is out of its range.</exception>
    /// <remarks>Two functions must not share a cache unless their keys tell them apart.</remarks>
    public Func<TArgument, CancellationToken, ValueTask<TValue>> Memoize<TArgument>(Func<TArgument, TKey> keyOf, Func<TArgument, CancellationToken, ValueTask<TValue>> function, EntryOptions? entry = null)
    {
        ArgumentNullException.ThrowIfNull(keyOf);
        ArgumentNullException.ThrowIfNull(function);
        entry ??= NoOptions;
        Configuration.EntryDurations.Require(entry.TimeToLive, entry.SlidingTimeToLive, entry.MaxLifetime, entry.Weight);
        return (argument, cancellationToken) => GetOrAddAsync(
            keyOf(argument),
            (argument, function, entry),
            static (_, state, context, token) =>
            {
                context.Apply(state.entry);
                return state.function(state.argument, token);
            },
            cancellationToken);
    }
}
