using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer;

/// <summary>The options of Vouch.Optimizer, one part for each of its services.</summary>
public sealed class OptimizerOptions
{
    /// <summary>Gets or sets the limits of scene analysis.</summary>
    [ValidateObjectMembers]
    public SceneAnalysisOptions Scenes { get; set; } = new();

    /// <summary>Gets or sets how forecasts are made.</summary>
    [ValidateObjectMembers]
    public ForecastOptions Forecast { get; set; } = new();

    /// <summary>Gets or sets how sure a choice of configuration must be.</summary>
    [ValidateObjectMembers]
    public ConfigurationOptions Configuration { get; set; } = new();

    /// <summary>Gets or sets how queries are routed: cooldowns, tries, and what is allowed at all.</summary>
    [ValidateObjectMembers]
    public RouterOptions Routing { get; set; } = new();

    /// <summary>Gets or sets the caps on spending.</summary>
    [ValidateObjectMembers]
    public BudgetOptions Budgets { get; set; } = new();

    /// <summary>Gets or sets how the router explores and learns from its own choices; null (the default) for not at all.</summary>
    [ValidateObjectMembers]
    public ContextualBanditOptions? Exploration { get; set; }

    /// <summary>Gets or sets how the promise of a calibrated plan is watched; null for not at all.</summary>
    /// <value>The default watches with a false-alarm rate of 5 %. A plan without a calibration promises nothing, and nothing is watched.</value>
    [ValidateObjectMembers]
    public GuaranteeMonitorOptions? Monitor { get; set; } = new();

    /// <summary>Gets or sets the named policy that routes where the host registers no <see cref="RoutingPlan"/>.</summary>
    /// <value>The default is <see cref="OptimizationProfile.Balanced"/>.</value>
    public OptimizationProfile RoutingProfile { get; set; } = OptimizationProfile.Balanced;

    /// <summary>Gets or sets what a typical query costs on the best single endpoint: what the named policy is scaled to.</summary>
    /// <value>1e-9 to 1,000 dollars. The default is 0.01.</value>
    [Range(1e-9, 1000)]
    public double ReferenceQueryUsd { get; set; } = 0.01;
}
