using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>What to choose a configuration from, and what it has to keep.</summary>
/// <remarks>Immutable and safe to share as long as the lists handed in are not changed.</remarks>
public sealed record ConfigurationRequest
{
    /// <summary>Gets the least quality. Only <see cref="QualityScale.Ssim"/> is forecast; other scales end in <see cref="ConfigurationOutcome.InsufficientEvidence"/>.</summary>
    public required QualityTarget Target { get; init; }

    /// <summary>Gets the profile.</summary>
    /// <value>The default is <see cref="OptimizationProfile.Balanced"/>.</value>
    public OptimizationProfile Profile { get; init; }

    /// <summary>Gets the forecasts, one for each resolution scale and number of bounces that had a pilot. A later one replaces an earlier one of the same scale and bounces.</summary>
    public required IReadOnlyList<SeriesForecast> Forecasts { get; init; }

    /// <summary>Gets the configurations to choose from; at least one.</summary>
    public required IReadOnlyList<RenderConfiguration> Candidates { get; init; }

    /// <summary>Gets the price of one processor hour, in any currency.</summary>
    /// <value>A finite number, 0 or more. The default is 0: candidates are compared by processor time alone.</value>
    public double PricePerCpuHour { get; init; }

    /// <summary>Gets the most that the job may cost, in the currency of <see cref="PricePerCpuHour"/>; the upper bound of the predicted cost is held against it.</summary>
    /// <value>A number, 0 or more, or null for no cap.</value>
    public double? MaxCost { get; init; }

    /// <summary>Gets the most processor time that the job may take, in seconds; the upper bound of the predicted time is held against it.</summary>
    /// <value>A number, 0 or more, or null for no cap.</value>
    public double? MaxCpuSeconds { get; init; }

    /// <summary>Gets the one-sided confidence that the target is met, in place of the profile's.</summary>
    /// <value>A fraction in [0.5, 0.999], or null for the profile's (<see cref="ConfigurationOptions"/>).</value>
    public double? Confidence { get; init; }
}
