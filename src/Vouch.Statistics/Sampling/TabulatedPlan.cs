namespace Vouch.Statistics.Sampling;

/// <summary>A plan of ISO 2859-1 and how it was found.</summary>
/// <param name="LotSize">The number of items in the lot.</param>
/// <param name="QualityLimit">The acceptance quality limit, in percent.</param>
/// <param name="Severity">Normal or tightened inspection.</param>
/// <param name="CodeLetter">The sample size code letter of the lot.</param>
/// <param name="PlanLetter">The letter of the plan, to which the table's arrows may lead from the lot's.</param>
/// <param name="Plan">The plan as tabulated.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record TabulatedPlan(long LotSize, double QualityLimit, InspectionSeverity Severity, char CodeLetter, char PlanLetter, AcceptancePlan Plan)
{
    /// <summary>Gets whether the sample is as large as the lot or larger, in which case every item is checked.</summary>
    public bool ChecksWholeLot => Plan.SampleSize >= LotSize;

    /// <summary>Gets the number of items that are checked: the plan's sample, or the lot where that is smaller.</summary>
    public long Checks => Math.Min(Plan.SampleSize, LotSize);
}
