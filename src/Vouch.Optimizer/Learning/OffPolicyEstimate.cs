using Vouch.Core.Models;

namespace Vouch.Optimizer.Learning;

/// <summary>What another policy would have earned, estimated from the log.</summary>
/// <param name="Value">The mean reward with its interval.</param>
/// <param name="Matches">How many logged decisions the policy agrees with.</param>
/// <param name="EffectiveSampleSize">How many of them it rests on after weighing (Kish).</param>
/// <param name="IsSufficient">Whether enough decisions match to say anything; where not, the value is the model's opinion and no evidence.</param>
public sealed record OffPolicyEstimate(ConfidenceInterval Value, int Matches, double EffectiveSampleSize, bool IsSufficient);
