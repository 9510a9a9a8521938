namespace Vouch.Observability.Sampling;

/// <summary>What was kept of a window.</summary>
/// <typeparam name="T">What stands for a trace.</typeparam>
/// <param name="Offered">How many traces were offered.</param>
/// <param name="Strata">How many kinds of trace there were: types, failed or not, slow or not.</param>
/// <param name="Kept">The traces kept: the budget, or all where fewer were offered; in no particular order.</param>
public sealed record SampledWindow<T>(long Offered, int Strata, IReadOnlyList<SampledTrace<T>> Kept);
