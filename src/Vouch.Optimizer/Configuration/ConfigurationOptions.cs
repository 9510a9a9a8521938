using System.ComponentModel.DataAnnotations;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>How sure a choice must be under each profile. The quality target itself is kept under all of them.</summary>
public sealed class ConfigurationOptions
{
    /// <summary>Gets or sets the one-sided confidence that the target is met under <see cref="OptimizationProfile.Quality"/>.</summary>
    /// <value>A fraction in [0.5, 0.999]. The default is 0.95.</value>
    [Range(0.5, 0.999)]
    public double QualityConfidence { get; set; } = 0.95;

    /// <summary>Gets or sets the one-sided confidence that the target is met under <see cref="OptimizationProfile.Balanced"/>.</summary>
    /// <value>A fraction in [0.5, 0.999]. The default is 0.9.</value>
    [Range(0.5, 0.999)]
    public double BalancedConfidence { get; set; } = 0.9;

    /// <summary>Gets or sets the one-sided confidence that the target is met under <see cref="OptimizationProfile.Economy"/>.</summary>
    /// <value>A fraction in [0.5, 0.999]. The default is 0.8.</value>
    [Range(0.5, 0.999)]
    public double EconomyConfidence { get; set; } = 0.8;

    /// <summary>Gets or sets the part of the distortion that the target allows (1 - target) which <see cref="OptimizationProfile.Quality"/> keeps unused.</summary>
    /// <value>A fraction in [0, 0.9]. The default is 0.2: a target of 0.95 is planned as 0.96.</value>
    [Range(0.0, 0.9)]
    public double QualityMargin { get; set; } = 0.2;
}
