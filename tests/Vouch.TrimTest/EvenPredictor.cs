using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace Vouch.TrimTest;

/// <summary>Expects the same of every endpoint: what a host without labels would say.</summary>
internal sealed class EvenPredictor : IOutcomePredictor
{
    public IReadOnlyList<string> Endpoints { get; } = [.. EndpointRegistry.Example.Endpoints.Select(static endpoint => endpoint.Id)];

    public string Digest => "even";

    public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => predictions.Fill(new OutcomePrediction(0.5, 0, 1, 100, 0));
}
