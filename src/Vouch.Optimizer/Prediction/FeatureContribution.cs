namespace Vouch.Optimizer.Prediction;

/// <summary>How much one feature of a prompt moved a prediction.</summary>
/// <param name="Feature">The feature as it stands in the prompt: a word, a pair of words, or the name of a measure such as <c>digits</c>.</param>
/// <param name="LogOdds">The change in log-odds of success; negative where it makes success less likely.</param>
public readonly record struct FeatureContribution(string Feature, double LogOdds);
