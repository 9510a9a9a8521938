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
        if (matches >= 2 && Design(log) is { } error)
        {
            // Student's t with as many degrees of freedom as matches carry the residuals; the wider of the two intervals, for both may be lucky.
            Interval designed = MeanInterval.StudentT(interval.Estimate, error * Math.Sqrt(matches), matches, confidence);
            interval = designed.Upper - designed.Lower > interval.Upper - interval.Lower ? designed : interval;
        }

        return new OffPolicyEstimate(
            new ConfidenceInterval(interval.Estimate, interval.Lower, interval.Upper, confidence, "doubly robust, Student's t", log.Count),
            matches,
            squares > 0 ? weights * weights / squares : 0,
            matches >= MinimumMatches);
    }

    /// <summary>
    /// The standard error that the way of logging causes, whichever rare choices it drew: the spread of the model's part, and the residuals' mean square times the mean of 1 / propensity over all
    /// decisions. The sample's own spread misses the rare heavy terms whenever they were not drawn, which is when the estimate is off. Null where a propensity is not known.
    /// </summary>
    private static double? Design(IReadOnlyList<LoggedDecision> log)
    {
        double mean = 0;
        double spread = 0;
        double inverse = 0;
        double residual = 0;
        double weights = 0;
        for (int i = 0; i < log.Count; i++)
        {
            LoggedDecision decision = log[i];
            if (!(decision.TargetPropensity is > 0 and <= 1))
            {
                return null;
            }

            double step = decision.PredictedTargetReward - mean;
            mean += step / (i + 1);
            spread += step * (decision.PredictedTargetReward - mean);
            inverse += 1 / decision.TargetPropensity;
            if (decision.Position == decision.TargetPosition)
            {
                double miss = decision.Reward - decision.PredictedReward;
                residual += miss * miss / decision.Propensity;
                weights += 1 / decision.Propensity;
            }
        }

        double n = log.Count;
        return Math.Sqrt(((spread / (n - 1)) + (residual / weights * (inverse / n))) / n);
    }
}
