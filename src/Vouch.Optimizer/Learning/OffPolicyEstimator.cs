using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Statistics.Intervals;

namespace Vouch.Optimizer.Learning;

/// <summary>Judges a policy from decisions that another one made, before it is switched on.</summary>
/// <remarks>
/// Doubly robust: right in the mean where either the propensities or the model are right; a good model makes it narrow. Pure and safe to share. The interval is Student's and leans on 30 matches or more.
/// Source: M. Dudik, J. Langford, L. Li, <i>Doubly Robust Policy Evaluation and Learning</i>, ICML 2011.
/// </remarks>
public static class OffPolicyEstimator
{
    /// <summary>How many matching decisions make evidence.</summary>
    public const int MinimumMatches = 30;

    /// <summary>Estimates the mean reward of the policy under judgement.</summary>
    /// <param name="log">The decisions, 2 or more.</param>
    /// <param name="confidence">The confidence of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentNullException"><paramref name="log"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside (0, 1).</exception>
    /// <exception cref="InputValidationException">There are fewer than two decisions, a propensity is outside (0, 1], or a reward is not finite.</exception>
    public static OffPolicyEstimate Estimate(IReadOnlyList<LoggedDecision> log, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Count < 2)
        {
            throw new InputValidationException($"An estimate needs 2 logged decisions or more, not {log.Count}.");
        }

        var values = new double[log.Count];
        int matches = 0;
        double weights = 0;
        double squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            LoggedDecision decision = log[i];
            if (!(decision.Propensity is > 0 and <= 1) || !double.IsFinite(decision.Reward) || !double.IsFinite(decision.PredictedReward) || !double.IsFinite(decision.PredictedTargetReward))
            {
                throw new InputValidationException($"Logged decision {i} has a propensity outside (0, 1] or a reward that is not finite.") { Location = $"[{i}]", Value = decision.ToString() };
            }

            values[i] = decision.PredictedTargetReward;
            if (decision.Position == decision.TargetPosition)
            {
                double weight = 1 / decision.Propensity;
                values[i] += weight * (decision.Reward - decision.PredictedReward);
                matches++;
                weights += weight;
                squares += weight * weight;
            }
        }

        Interval interval = MeanInterval.StudentT(values, confidence);
        return new OffPolicyEstimate(
            new ConfidenceInterval(interval.Estimate, interval.Lower, interval.Upper, confidence, "doubly robust, Student's t", log.Count),
            matches,
            squares > 0 ? weights * weights / squares : 0,
            matches >= MinimumMatches);
    }
}
