namespace Vouch.TrustEngine.Acceptance;

/// <summary>A job whose cost of verification is to be forecast: results that a check can judge one at a time.</summary>
/// <remarks>Immutable and safe to share. Ranges are enforced where the value is used.</remarks>
public sealed record AcceptanceSetting
{
    /// <summary>Gets how many units the job has; 1 or more.</summary>
    public required int Units { get; init; }

    /// <summary>Gets how many workers there are; 1 or more.</summary>
    public required int Workers { get; init; }

    /// <summary>Gets the greatest chance that an accepted result may be wrong, in (0, 1).</summary>
    public required double ErrorBudget { get; init; }

    /// <summary>Gets the cost of one check as a share of doing the unit once; finite and above 0.</summary>
    public required double CheckCost { get; init; }

    /// <summary>Gets the chance that one check fails a wrong result, in (0, 1).</summary>
    public required double DetectionPower { get; init; }

    /// <summary>Gets the chance that one check fails a right result, in (0, 1).</summary>
    public double FalseAlarmRate { get; init; } = 0.001;

    /// <summary>Gets the least chance of a wrong result that any worker is reckoned with, in [0, 1).</summary>
    public double TurnHazard { get; init; } = 0.02;

    /// <summary>Gets the share of the workers that cheat, in [0, 1); rounded to whole workers, at least one stays honest.</summary>
    public double CheaterShare { get; init; }

    /// <summary>Gets the share of its results that a cheat forges, in [0, 1].</summary>
    public double CheatRate { get; init; } = 0.5;

    /// <summary>Gets how many simulated jobs the forecast is the mean of; 1 or more.</summary>
    public int Runs { get; init; } = 20;

    /// <summary>Gets the seed of the simulation.</summary>
    public int Seed { get; init; } = 1;
}
