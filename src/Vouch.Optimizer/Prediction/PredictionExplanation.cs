namespace Vouch.Optimizer.Prediction;

/// <summary>Why a model expects what it expects of an endpoint for a prompt.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Prediction">What is expected.</param>
/// <param name="BaseRate">The endpoint's mean score over what the model was fitted on.</param>
/// <param name="Contributions">What moved the prediction away from the base rate, largest first, in log-odds.</param>
public sealed record PredictionExplanation(
    string Endpoint,
    OutcomePrediction Prediction,
    double BaseRate,
    IReadOnlyList<FeatureContribution> Contributions);
