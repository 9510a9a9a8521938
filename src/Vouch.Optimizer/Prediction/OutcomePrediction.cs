namespace Vouch.Optimizer.Prediction;

/// <summary>What a model expects of one endpoint for one prompt.</summary>
/// <param name="SuccessProbability">The calibrated chance of a right answer (or the expected score where scores are graded), in [0, 1].</param>
/// <param name="Lower">The lower end of the range that holds the chance at the model's confidence, in [0, <paramref name="SuccessProbability"/>].</param>
/// <param name="Upper">The upper end, in [<paramref name="SuccessProbability"/>, 1].</param>
/// <param name="OutputTokens">The expected number of output tokens, 0 or more.</param>
/// <param name="EffectiveSampleSize">How many labelled prompts the chance rests on: the endpoint's labels, discounted where the prompt is unlike what was learnt from.</param>
public readonly record struct OutcomePrediction(
    double SuccessProbability,
    double Lower,
    double Upper,
    double OutputTokens,
    double EffectiveSampleSize);
