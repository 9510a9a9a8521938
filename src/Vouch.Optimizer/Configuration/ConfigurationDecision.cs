using System.Globalization;
using System.Text;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>A chosen configuration with everything that the choice rests on.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ConfigurationDecision
{
    private const int ExplainedAlternatives = 3;

    /// <summary>Gets what the decision is worth. Only <see cref="ConfigurationOutcome.Promised"/> is a promise.</summary>
    public required ConfigurationOutcome Outcome { get; init; }

    /// <summary>Gets the configuration to render with: the cheapest that keeps the promise, or the safest where there is none.</summary>
    public required RenderConfiguration Chosen { get; init; }

    /// <summary>Gets the target that was asked for.</summary>
    public required QualityTarget Target { get; init; }

    /// <summary>Gets the profile.</summary>
    public required OptimizationProfile Profile { get; init; }

    /// <summary>Gets the quality that a candidate's lower bound had to reach: the target, plus the profile's margin.</summary>
    public required double RequiredQuality { get; init; }

    /// <summary>Gets the one-sided confidence that lower (quality) and upper (cost) bounds carry.</summary>
    public required double Confidence { get; init; }

    /// <summary>Gets the predicted quality of the chosen configuration on the target's scale, or null where there is no evidence.</summary>
    public ConfidenceInterval? Quality { get; init; }

    /// <summary>Gets the predicted processor time of the chosen configuration in seconds, or null where there is no evidence.</summary>
    public ConfidenceInterval? CpuSeconds { get; init; }

    /// <summary>Gets the predicted cost of the chosen configuration in the request's currency, or null where there is no price or no evidence.</summary>
    public ConfidenceInterval? Cost { get; init; }

    /// <summary>Gets the other candidates, cheapest first, those without a forecast last.</summary>
    public required IReadOnlyList<RejectedAlternative> Rejected { get; init; }

    /// <summary>Gets what the decision rests on.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Says in words what was chosen, why, and what the nearest cheaper alternatives lacked.</summary>
    /// <returns>A few lines of text, independent of the culture.</returns>
    public string Explain()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Headline()} {Chosen} ({Profile}).").AppendLine();
        string margin = RequiredQuality > Target.Value ? string.Create(CultureInfo.InvariantCulture, $", planned as {RequiredQuality:0.####} to keep a margin") : "";
        text.Append(CultureInfo.InvariantCulture, $"Asked: {Target}{margin}, with {Confidence * 100:0.#} % confidence.").AppendLine();
        if (Quality is { } quality)
        {
            text.Append(CultureInfo.InvariantCulture, $"Predicted quality {quality.Estimate:0.0000}, at least {quality.Lower:0.0000}.").AppendLine();
        }

        if (CpuSeconds is { } seconds)
        {
            string cost = Cost is { } price ? string.Create(CultureInfo.InvariantCulture, $", cost {price.Estimate:G4}, at most {price.Upper:G4}") : "";
            text.Append(CultureInfo.InvariantCulture, $"Predicted processor time {seconds.Estimate:G4} s, at most {seconds.Upper:G4} s{cost}.").AppendLine();
        }

        foreach (string reason in Evidence.Reasons)
        {
            text.AppendLine(reason);
        }

        IEnumerable<RejectedAlternative> nearest = Rejected
            .Where(other => other.CpuSeconds is not null && (CpuSeconds is null || other.CpuSeconds.Estimate < CpuSeconds.Estimate))
            .Reverse().Take(ExplainedAlternatives);
        foreach (RejectedAlternative other in nearest)
        {
            text.Append(CultureInfo.InvariantCulture, $"Cheaper: {other.Configuration}, {other.CpuSeconds!.Estimate:G4} s: {other.Detail}").AppendLine();
        }

        int unknown = Rejected.Count(static other => other.Reason == RejectionReason.NoEvidence);
        if (unknown > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{unknown} candidates had no forecast, such as {Rejected.First(static other => other.Reason == RejectionReason.NoEvidence).Configuration}.").AppendLine();
        }

        return text.ToString();
    }

    private string Headline() => Outcome switch
    {
        ConfigurationOutcome.Promised => "Chosen:",
        ConfigurationOutcome.CapExceeded => "No candidate keeps the target within the cap; the cheapest that keeps the target is",
        ConfigurationOutcome.TargetUnreachable => "No candidate reaches the target; the best is",
        _ => "The evidence carries no promise; the safest candidate is",
    };
}
