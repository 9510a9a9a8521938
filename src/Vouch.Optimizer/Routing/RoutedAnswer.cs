using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>What has to be kept of an answered call to learn from its quality later, however late.</summary>
/// <param name="DecisionId">The decision's number.</param>
/// <param name="Endpoint">The identifier of the endpoint that answered.</param>
/// <param name="Position">Its position in the predictor.</param>
/// <param name="Fitted">What the fitted model predicted.</param>
/// <param name="Expected">What was expected after learning: what the monitor holds the outcome against.</param>
/// <param name="Propensity">The chance with which it was chosen.</param>
public readonly record struct RoutedAnswer(long DecisionId, string Endpoint, int Position, OutcomePrediction Fitted, double Expected, double Propensity);
