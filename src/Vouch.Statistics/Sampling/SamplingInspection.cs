namespace Vouch.Statistics.Sampling;

/// <summary>One inspection by a <see cref="SamplingPlan"/>, item by item.</summary>
/// <remarks>One observer at a time: not safe to share. Constant time per item, no allocation.</remarks>
public sealed class SamplingInspection
{
    private readonly StoppingRule _rule;

    internal SamplingInspection(SamplingPlan plan, StoppingRule rule)
    {
        Plan = plan;
        _rule = rule;
    }

    /// <summary>Gets the plan.</summary>
    public SamplingPlan Plan { get; }

    /// <summary>Gets the number of items checked.</summary>
    public long Checks { get; private set; }

    /// <summary>Gets the number of bad items among them.</summary>
    public long Bad { get; private set; }

    /// <summary>Gets the decision so far. Once made it stays.</summary>
    public SamplingDecision Decision { get; private set; }

    /// <summary>Takes the outcome of a check.</summary>
    /// <param name="isBad">Whether the item was bad.</param>
    /// <returns>The decision. Items after a decision are not counted.</returns>
    public SamplingDecision Add(bool isBad)
    {
        if (Decision == SamplingDecision.Continue)
        {
            Checks++;
            Bad += isBad ? 1 : 0;
            Decision = _rule.Decide(Checks, Bad);
        }

        return Decision;
    }
}
