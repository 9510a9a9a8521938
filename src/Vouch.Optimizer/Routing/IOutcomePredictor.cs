using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>Predicts for a prompt what each endpoint will make of it: the seam between a fitted model, or a host's own, and the router.</summary>
/// <remarks>Implementations are deterministic, safe to call from any thread, and allocate nothing where the 0 B promise of a decision matters.</remarks>
public interface IOutcomePredictor
{
    /// <summary>Gets the identifiers of the endpoints it knows, in the order of its predictions. Endpoints it does not know stay in shadow.</summary>
    IReadOnlyList<string> Endpoints { get; }

    /// <summary>Gets the cascades it predicts for, by positions in <see cref="Endpoints"/>; none by default.</summary>
    IReadOnlyList<Cascade> Cascades => [];

    /// <summary>Gets what names its content: equal digests, equal predictions.</summary>
    string Digest { get; }

    /// <summary>Gets when its evidence was gathered, for the age of evidence in records.</summary>
    DateTimeOffset EvidenceTime { get; }

    /// <summary>Gets whether its output tokens include hidden reasoning, as bills do. Where not, the router multiplies by the endpoint's reasoning factor.</summary>
    bool CountsHiddenTokens => true;

    /// <summary>Predicts for every endpoint and cascade.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="predictions">
    /// Where to write: one element for each of <see cref="Endpoints"/>, then one for the quality of each of <see cref="Cascades"/>, then one for the chance that each one's two cheap endpoints
    /// agree. A chance of NaN says that nothing is known.
    /// </param>
    void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions);
}
