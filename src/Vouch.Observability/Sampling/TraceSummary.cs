namespace Vouch.Observability.Sampling;

/// <summary>What a sampler is told of a finished trace.</summary>
/// <param name="Type">What kind of trace it is, such as the operation of its root; the same string object for the same type is fastest.</param>
/// <param name="Randomness">Its randomness, uniform in [0, 2^56); see <see cref="ConsistentThreshold.RandomnessOf"/>.</param>
/// <param name="HasError">Whether anything in it failed.</param>
/// <param name="IsSlow">Whether it took unusually long for its type.</param>
public readonly record struct TraceSummary(string Type, long Randomness, bool HasError, bool IsSlow);
