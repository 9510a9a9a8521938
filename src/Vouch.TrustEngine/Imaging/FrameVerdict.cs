namespace Vouch.TrustEngine.Imaging;

/// <summary>What a frame check found, with the evidence.</summary>
public sealed record FrameVerdict
{
    internal FrameVerdict(
        FrameOutcome outcome, double pValue, IReadOnlyList<FrameReason> reasons, IReadOnlyList<FrameStatistic> statistics, FrameCheckPower power)
    {
        Outcome = outcome;
        PValue = pValue;
        Reasons = reasons;
        Statistics = statistics;
        Power = power;
    }

    /// <summary>Gets what the check came to.</summary>
    public FrameOutcome Outcome { get; }

    /// <summary>Gets whether nothing speaks against the candidate.</summary>
    public bool Passed => Outcome == FrameOutcome.Valid;

    /// <summary>Gets the index of the crop that speaks most against the candidate, or -1 where no crop was judged by itself.</summary>
    public int WorstCrop => Statistics.Where(static statistic => statistic.Crop >= 0).MinBy(static statistic => Math.Min(statistic.LowerPValue, statistic.UpperPValue))?.Crop ?? -1;

    /// <summary>Gets the family-wise p-value: the probability that an honest candidate shows a deviation as strong in any statistic. In [0, 1]; 0 for plain facts such as a wrong size.</summary>
    public double PValue { get; }

    /// <summary>Gets what speaks against the candidate, strongest first, one entry per kind; or why there is no verdict. Empty when it is valid.</summary>
    public IReadOnlyList<FrameReason> Reasons { get; }

    /// <summary>Gets every statistic: first those over all crops, then crop by crop where there are several.</summary>
    public IReadOnlyList<FrameStatistic> Statistics { get; }

    /// <summary>Gets what the check could have found on these crops.</summary>
    public FrameCheckPower Power { get; }

    /// <summary>Returns outcome, p-value and reasons in words.</summary>
    public override string ToString() => Reasons.Count == 0
        ? FormattableString.Invariant($"{Outcome} (p = {PValue:G3})")
        : FormattableString.Invariant($"{Outcome} (p = {PValue:G3}): {string.Join("; ", Reasons.Select(reason => reason.Text))}");
}
