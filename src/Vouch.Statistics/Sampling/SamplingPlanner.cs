using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>Picks the cheapest sampling plan that keeps stated risks, and says what it costs.</summary>
/// <remarks>
/// <para>Considered are the smallest single plan, the same ended early, and Wald's sequential test cut off at several sizes, its nominal risks adjusted until
/// the exact ones use up what is allowed. All risks and expected sizes are exact (dynamic programming; binomial for a stream, hypergeometric for a lot).
/// Ties go to the smaller largest sample, then to the plan that may end early.</para>
/// <para>Pure functions, safe to call from any thread. Milliseconds for samples up to thousands, seconds for the largest. Sources: A. Wald, <i>Sequential
/// Analysis</i>, Wiley, 1947; W. Guenther, <i>Use of the Binomial, Hypergeometric and Poisson Tables to Obtain Sampling Plans</i>, Journal of Quality
/// Technology 1 (1969).</para>
/// </remarks>
public static class SamplingPlanner
{
    private const int Adjustments = 12;
    private const long Large = 10_000;

    /// <summary>Finds the cheapest plan.</summary>
    /// <param name="goal">The promises, and what a check costs.</param>
    /// <exception cref="ArgumentNullException"><paramref name="goal"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A figure of the goal is outside its range.</exception>
    /// <exception cref="InvalidOperationException">No plan within <see cref="SamplingGoal.LargestSample"/> keeps the promises; the message says why.</exception>
    public static SamplingPlan Find(SamplingGoal goal) => TryFind(goal, out SamplingPlan? plan, out string? reason) ? plan : throw new InvalidOperationException(reason);

    /// <summary>Finds the cheapest plan, or says why there is none.</summary>
    /// <param name="goal">The promises, and what a check costs.</param>
    /// <param name="plan">The plan; null where there is none.</param>
    /// <param name="reason">Why there is none, and what would help; null where there is one.</param>
    /// <returns>Whether a plan within <see cref="SamplingGoal.LargestSample"/> keeps the promises.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="goal"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A figure of the goal is outside its range.</exception>
    public static bool TryFind(SamplingGoal goal, [NotNullWhen(true)] out SamplingPlan? plan, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(goal);
        goal.Check();
        plan = null;
        if (WholeItems(goal.AcceptableShare, goal.LotSize, roundUp: false) >= WholeItems(goal.UnacceptableShare, goal.LotSize, roundUp: true) && goal.LotSize is { } lot)
        {
            reason = string.Create(CultureInfo.InvariantCulture, $"In a lot of {lot} the acceptable and the unacceptable share are the same number of items: set them further apart.");
            return false;
        }

        if (SmallestSingle(goal) is not { } single)
        {
            reason = string.Create(
                CultureInfo.InvariantCulture,
                $"No sample of up to {goal.LargestSample} tells {goal.AcceptableShare:P3} from {goal.UnacceptableShare:P3} with these risks: set the shares further apart, allow more risk, or a larger sample.");
            return false;
        }

        var plans = new List<SamplingPlan> { new(goal, SamplingMethod.OneSample, StoppingRule.Single(single.SampleSize, single.AcceptanceNumber, ends: false)) };
        if (goal.OneByOne)
        {
            plans.Add(new SamplingPlan(goal, SamplingMethod.Curtailed, StoppingRule.Single(single.SampleSize, single.AcceptanceNumber, ends: true)));
            if (goal.ProducerRisk is { } risk && goal.AcceptableShare > 0 && Sequential(goal, risk, single.SampleSize) is { } sequential)
            {
                plans.Add(sequential);
            }
        }

        SamplingPlan[] byCost =
        [
            .. plans.OrderBy(static candidate => candidate.ExpectedChecks)
                .ThenBy(static candidate => candidate.SampleSize)
                .ThenBy(static candidate => candidate.Method == SamplingMethod.OneSample)
                .Select(static candidate => candidate.Finish([])),
        ];
        plan = byCost[0].Finish(Array.AsReadOnly(byCost[1..]));
        reason = null;
        return true;
    }

    /// <summary>The smallest single plan that keeps the goal's risks.</summary>
    /// <param name="goal">The promises.</param>
    /// <returns>The plan with the smallest sample; null where none within <see cref="SamplingGoal.LargestSample"/> keeps them.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="goal"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A figure of the goal is outside its range.</exception>
    public static AcceptancePlan? SmallestSingle(SamplingGoal goal)
    {
        ArgumentNullException.ThrowIfNull(goal);
        goal.Check();
        long largest = Math.Min(goal.LargestSample, goal.LotSize ?? long.MaxValue);
        long good = WholeItems(goal.AcceptableShare, goal.LotSize, roundUp: false);
        long bad = WholeItems(goal.UnacceptableShare, goal.LotSize, roundUp: true);

        // The sample that the consumer needs grows with the acceptance number, and so does the producer's chance: the first pair that suits both is smallest.
        long least = 1;
        for (long number = 0; number < largest; number++)
        {
            long low = Math.Max(least, number + 1);
            long high = largest;
            if (Accepts(high, number, goal.UnacceptableShare, bad) > goal.ConsumerRisk)
            {
                return null;
            }

            while (low < high)
            {
                long middle = low + ((high - low) / 2);
                (low, high) = Accepts(middle, number, goal.UnacceptableShare, bad) <= goal.ConsumerRisk ? (low, middle) : (middle + 1, high);
            }

            least = low;
            if (goal.ProducerRisk is not { } risk || Accepts(low, number, goal.AcceptableShare, good) >= 1 - risk)
            {
                return new AcceptancePlan(low, number);
            }
        }

        return null;

        double Accepts(long size, long number, double share, long items)
        {
            var plan = new AcceptancePlan(size, number);
            return goal.LotSize is { } lot ? plan.ProbabilityOfAcceptance(lot, items) : plan.ProbabilityOfAcceptance(share);
        }
    }

    /// <summary>A share of a lot in whole items; products that are whole up to rounding stay what they are.</summary>
    internal static long WholeItems(double share, long? lotSize, bool roundUp)
    {
        if (lotSize is not { } lot)
        {
            return 0;
        }

        double items = share * lot;
        double whole = Math.Round(items);
        return Math.Abs(items - whole) <= 1e-9 * Math.Max(1, items) ? (long)whole : (long)(roundUp ? Math.Ceiling(items) : Math.Floor(items));
    }

    private static SamplingPlan? Sequential(SamplingGoal goal, double producerRisk, long singleSize)
    {
        double[] factors = singleSize <= Large ? [1, 1.25, 1.5, 2, 3] : [1.5];
        long largest = Math.Min(goal.LargestSample, goal.LotSize ?? long.MaxValue);
        SamplingPlan? best = null;
        foreach (long size in factors.Select(factor => Math.Min(largest, (long)Math.Ceiling(factor * singleSize))).Distinct())
        {
            double nominalProducer = producerRisk;
            double nominalConsumer = goal.ConsumerRisk;
            for (int i = 0; i < Adjustments; i++)
            {
                var candidate = new SamplingPlan(goal, SamplingMethod.Sequential, Wald(goal, nominalProducer, nominalConsumer, size));
                if (candidate.ProducerRisk <= producerRisk && candidate.ConsumerRisk <= goal.ConsumerRisk
                    && (best is null || (candidate.ExpectedChecks, candidate.SampleSize).CompareTo((best.ExpectedChecks, best.SampleSize)) < 0))
                {
                    best = candidate;
                }

                nominalProducer = Adjusted(nominalProducer, producerRisk, candidate.ProducerRisk);
                nominalConsumer = Adjusted(nominalConsumer, goal.ConsumerRisk, candidate.ConsumerRisk);
            }
        }

        return best;
    }

    // Wald's boundaries keep to less than they are allowed, for a test oversteps them; the cut adds a little. Nominal risks follow the exact ones.
    private static double Adjusted(double nominal, double allowed, double exact) =>
        Math.Clamp(nominal * Math.Pow(Math.Clamp(allowed / Math.Max(exact, 1e-300), 0.5, 2), 0.8), 1e-12, 0.45);

    private static StoppingRule Wald(SamplingGoal goal, double producerRisk, double consumerRisk, long size)
    {
        double badStep = Math.Log(goal.UnacceptableShare / goal.AcceptableShare);
        double goodStep = Smooth.Log1P(-(goal.UnacceptableShare - goal.AcceptableShare) / (1 - goal.AcceptableShare));
        double unit = badStep - goodStep;
        double slope = -goodStep / unit;
        return new StoppingRule(
            size,
            Math.Clamp((long)Math.Floor(slope * size), 0, size - 1),
            Ends: true,
            slope,
            Math.Log(consumerRisk / (1 - producerRisk)) / unit,
            Math.Log((1 - consumerRisk) / producerRisk) / unit);
    }
}
