using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>A sampling plan that keeps the promises of its goal, and what it costs.</summary>
/// <remarks>Immutable and safe to share; make an <see cref="SamplingInspection"/> per lot with <see cref="Begin"/>.</remarks>
public sealed class SamplingPlan
{
    private const int SharesLookedAt = 17;
    private readonly StoppingRule _rule;

    internal SamplingPlan(SamplingGoal goal, SamplingMethod method, StoppingRule rule)
    {
        Goal = goal;
        Method = method;
        _rule = rule;
        SamplingBehaviour good = Evaluate(goal.AcceptableShare);
        SamplingBehaviour bad = EvaluateUnacceptable();
        ProducerRisk = 1 - good.ProbabilityOfAcceptance;
        ConsumerRisk = bad.ProbabilityOfAcceptance;
        ExpectedChecks = goal.ExpectedShare is { } share ? Evaluate(share).ExpectedChecks : good.ExpectedChecks;
        LargestExpectedChecks = Math.Max(good.ExpectedChecks, bad.ExpectedChecks);
    }

    /// <summary>Gets the goal.</summary>
    public SamplingGoal Goal { get; }

    /// <summary>Gets how the plan decides.</summary>
    public SamplingMethod Method { get; }

    /// <summary>Gets the largest number of checks that the plan can come to.</summary>
    public long SampleSize => _rule.Size;

    /// <summary>Gets the largest number of bad items with which the full sample is accepted.</summary>
    public long AcceptanceNumber => _rule.AcceptanceNumber;

    /// <summary>Gets the exact chance of rejecting at the acceptable share.</summary>
    public double ProducerRisk { get; }

    /// <summary>Gets the exact chance of accepting at the unacceptable share; it is lower where more is bad.</summary>
    public double ConsumerRisk { get; }

    /// <summary>Gets the expected number of checks at the expected share.</summary>
    public double ExpectedChecks { get; }

    /// <summary>Gets the largest expected number of checks: over 17 shares evenly spread from the acceptable to the unacceptable one.</summary>
    public double LargestExpectedChecks { get; private init; }

    /// <summary>Gets the expected cost at the expected share.</summary>
    public double ExpectedCost => ExpectedChecks * Goal.CostPerCheck;

    /// <summary>Gets the cost that is never exceeded.</summary>
    public double LargestCost => SampleSize * Goal.CostPerCheck;

    /// <summary>Gets the other plans that keep the promises, the cheapest first.</summary>
    public IReadOnlyList<SamplingPlan> Alternatives { get; private init; } = [];

    /// <summary>The exact behaviour of the plan at a quality.</summary>
    /// <param name="badShare">The share of bad items, in [0, 1]; of a lot, rounded down to whole items.</param>
    /// <returns>The chance of acceptance and the expected number of checks.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="badShare"/> is outside its range.</exception>
    public SamplingBehaviour Evaluate(double badShare)
    {
        Require.Probability(badShare);
        return _rule.Evaluate(badShare, Goal.LotSize, SamplingPlanner.WholeItems(badShare, Goal.LotSize, roundUp: false));
    }

    /// <summary>Begins an inspection by this plan.</summary>
    public SamplingInspection Begin() => new(this, _rule);

    internal SamplingBehaviour EvaluateUnacceptable() =>
        _rule.Evaluate(Goal.UnacceptableShare, Goal.LotSize, SamplingPlanner.WholeItems(Goal.UnacceptableShare, Goal.LotSize, roundUp: true));

    // What is only asked of the plans that are handed out.
    internal SamplingPlan Finish(IReadOnlyList<SamplingPlan> alternatives)
    {
        double largest = LargestExpectedChecks;
        for (int i = 1; i < SharesLookedAt - 1; i++)
        {
            double share = Goal.AcceptableShare + ((Goal.UnacceptableShare - Goal.AcceptableShare) * i / (SharesLookedAt - 1));
            largest = Math.Max(largest, Evaluate(share).ExpectedChecks);
        }

        return new SamplingPlan(Goal, Method, _rule) { Alternatives = alternatives, LargestExpectedChecks = largest };
    }
}
