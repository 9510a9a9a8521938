namespace Vouch.Execution.Verification;

/// <summary>The outcome of one check, with what it can be relied on for.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ResultCheck
{
    /// <summary>Initializes an outcome.</summary>
    /// <param name="verdict">What the check found.</param>
    /// <param name="detectionPower">A lower bound on the chance that this check fails a wrong result, in [0, 1).</param>
    /// <param name="falseAlarmRate">An upper bound on the chance that it fails a right one, in (0, 1).</param>
    /// <param name="work">The work the check took, in the unit of <see cref="Jobs.WorkUnit{TUnit}.Work"/>; finite and 0 or more.</param>
    /// <param name="reasons">Why, most important first.</param>
    /// <exception cref="ArgumentException">A figure is NaN or out of range.</exception>
    public ResultCheck(CheckVerdict verdict, double detectionPower, double falseAlarmRate, double work, params IEnumerable<string> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        if (!(detectionPower >= 0 && detectionPower < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(detectionPower), detectionPower, "A detection power is a number in [0, 1): no check catches everything.");
        }

        if (!(falseAlarmRate > 0 && falseAlarmRate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falseAlarmRate), falseAlarmRate, "A false alarm rate is a number in (0, 1).");
        }

        if (!(work >= 0 && double.IsFinite(work)))
        {
            throw new ArgumentOutOfRangeException(nameof(work), work, "The work of a check is finite and 0 or more.");
        }

        Verdict = verdict;
        DetectionPower = detectionPower;
        FalseAlarmRate = falseAlarmRate;
        Work = work;
        Reasons = Array.AsReadOnly([.. reasons]);
    }

    /// <summary>Gets what the check found.</summary>
    public CheckVerdict Verdict { get; }

    /// <summary>Gets a lower bound on the chance that this check fails a wrong result.</summary>
    /// <value>A fraction in [0, 1).</value>
    public double DetectionPower { get; }

    /// <summary>Gets an upper bound on the chance that this check fails a right result.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double FalseAlarmRate { get; }

    /// <summary>Gets the work the check took.</summary>
    public double Work { get; }

    /// <summary>Gets why, most important first.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
