using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Replication;

/// <summary>What <see cref="ReplicationPolicy"/> decided about one result, with everything needed to prove later that it could not have been bent.</summary>
/// <remarks>Immutable and safe to share. <see cref="SpotCheckAudit"/> repeats the draw once the seed is revealed.</remarks>
public sealed record VerificationOrder
{
    /// <summary>Gets the unit.</summary>
    public required WorkUnitId Unit { get; init; }

    /// <summary>Gets who sent the result.</summary>
    public required WorkerId Worker { get; init; }

    /// <summary>Gets what to do.</summary>
    public required VerificationStep Step { get; init; }

    /// <summary>Gets how many checks, or how many further results, the lot was about.</summary>
    /// <value>0 or more; not 0 also where the lot did not fall on the result.</value>
    public int Count { get; init; }

    /// <summary>Gets the chance with which the lot was to fall on this result, fixed before the draw.</summary>
    /// <value>A fraction in [0, 1]; 1 where nothing was left to the lot.</value>
    public double Rate { get; init; }

    /// <summary>Gets the draw: the result is verified where it is below <see cref="Rate"/>.</summary>
    /// <value>A number in [0, 1).</value>
    public double Draw { get; init; }

    /// <summary>Gets the chance that a wrong result is found out by this step, the draw included: the rate times the power of the checks.</summary>
    /// <value>A fraction in [0, 1].</value>
    public double CatchProbability { get; init; }

    /// <summary>Gets whether the worker was on probation, so that the result is verified whatever the lot says.</summary>
    public bool OnProbation { get; init; }

    /// <summary>Gets which draw about this result it was, from 0.</summary>
    public int Round { get; init; }

    /// <summary>Gets how many wrong results the promise still allowed before this decision, in expectation.</summary>
    public double BudgetLeft { get; init; }

    /// <summary>Says why, in a sentence or two.</summary>
    public string Explain() => Step switch
    {
        VerificationStep.Refuse => $"{Worker} is suspended; nothing is taken from it.",
        VerificationStep.Accept => Text(
            $"Handed out unverified: the lot ({Draw:G6}) did not fall on it at a rate of {Rate:G4}. {Budget()}"),
        _ when OnProbation => Text($"{Worker} is on probation: every result is checked, {Count} times. {Budget()}"),
        VerificationStep.Check => Text($"The lot ({Draw:G6}) fell on it at a rate of {Rate:G4}: {Count} checks. {Budget()}"),
        _ => Text($"The lot ({Draw:G6}) fell on it at a rate of {Rate:G4}: {Count} further results by workers of other owners; where they disagree, a check decides. {Budget()}"),
    };

    private string Budget() => Text($"A wrong result is found out with a chance of {CatchProbability:G4}; {BudgetLeft:G4} wrong results were left of the budget.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
