using System.Globalization;

namespace Vouch.Optimizer.Decisions;

/// <summary>What would have been chosen without one law.</summary>
/// <param name="Without">The law.</param>
/// <param name="Endpoint">The identifier of the endpoint that would have been chosen.</param>
/// <param name="CostChange">The expected cost against that of the choice made, as a fraction (-0.4: 40 % less); null where nothing was chosen or the choice is free.</param>
/// <param name="QualityChange">The expected quality against that of the choice made, as a difference; null where nothing was chosen.</param>
public sealed record Counterfactual(RoutingConstraint Without, string Endpoint, double? CostChange, double? QualityChange)
{
    /// <summary>Returns it as a sentence, such as <c>Without Region: deepseek at -40 % cost, +0.021 quality.</c></summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Without {Without}: {Endpoint}{(CostChange is { } cost ? $" at {(cost * 100).ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture)} % cost" : "")}{(QualityChange is { } quality ? $", {quality.ToString("+0.000;-0.000;0", CultureInfo.InvariantCulture)} quality" : "")}.");
}
