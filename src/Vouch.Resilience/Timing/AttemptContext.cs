using Polly;

namespace Vouch.Resilience.Timing;

/// <summary>A context for one attempt: all of the call's, properties included, but with a token of its own.</summary>
/// <remarks>Polly lets only its own strategies exchange a context's token. Two contexts that share their properties come to the same, by public means.</remarks>
internal static class AttemptContext
{
    private static readonly Dictionary<string, object?> Nothing = [];

    /// <summary>Makes a context that shares the properties of another one.</summary>
    /// <param name="outer">The call's context.</param>
    /// <param name="token">The attempt's token.</param>
    /// <param name="spare">What <see cref="Return"/> must be given.</param>
    public static ResilienceContext Rent(ResilienceContext outer, CancellationToken token, out IDictionary<string, object?> spare)
    {
        ResilienceContext inner = ResilienceContextPool.Shared.Get(outer.OperationKey, outer.ContinueOnCapturedContext, token);

        // The context belongs to this call alone, so nobody sees it without its properties for a moment.
        LegacySupport.SetProperties(outer.Properties, Nothing, out IDictionary<string, object?> shared);
        LegacySupport.SetProperties(outer.Properties, shared, out _);
        LegacySupport.SetProperties(inner.Properties, shared, out spare);
        return inner;
    }

    public static void Return(ResilienceContext inner, IDictionary<string, object?> spare)
    {
        LegacySupport.SetProperties(inner.Properties, spare, out _);
        ResilienceContextPool.Shared.Return(inner);
    }
}
