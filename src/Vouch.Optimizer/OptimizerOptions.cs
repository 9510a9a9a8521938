using Microsoft.Extensions.Options;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Forecasting;
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
}
