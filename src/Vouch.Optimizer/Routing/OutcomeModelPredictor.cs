using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>A fitted <see cref="OutcomeModel"/> as the router's predictor.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class OutcomeModelPredictor : IOutcomePredictor
{
    private readonly OutcomeModel _model;

    /// <summary>Initializes a predictor.</summary>
    /// <param name="model">The model; its endpoints are named as in the registry.</param>
    /// <param name="evidenceTime">When the labels were gathered that it was fitted on.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    public OutcomeModelPredictor(OutcomeModel model, DateTimeOffset evidenceTime)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        EvidenceTime = evidenceTime;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Endpoints => _model.Endpoints;

    /// <inheritdoc/>
    public string Digest => _model.Digest;

    /// <inheritdoc/>
    public DateTimeOffset EvidenceTime { get; }

    /// <summary>Gets or sets whether the labels' output tokens included hidden reasoning, as bills do.</summary>
    /// <value>The default is true.</value>
    public bool CountsHiddenTokens { get; init; } = true;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => _model.Predict(prompt, predictions);
}
