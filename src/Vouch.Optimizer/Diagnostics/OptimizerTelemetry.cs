using System.Diagnostics;

namespace Vouch.Optimizer.Diagnostics;

/// <summary>The names under which Vouch.Optimizer can be watched.</summary>
public static class OptimizerTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Optimizer";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "Vouch.Optimizer";

    /// <summary>The histogram of the time that scene analyses take, in seconds.</summary>
    public const string SceneDuration = "vouch.optimizer.scene.duration";

    /// <summary>The counter of analysed scenes, by format and whether they are usable.</summary>
    public const string Scenes = "vouch.optimizer.scenes";

    /// <summary>The counter of configuration decisions, by outcome.</summary>
    public const string Decisions = "vouch.optimizer.decisions";

    /// <summary>The counter of routing decisions, by outcome, basis and endpoint.</summary>
    public const string Routes = "vouch.optimizer.routes";

    /// <summary>The counter of failed calls, by endpoint and <c>error.type</c>.</summary>
    public const string CallFailures = "vouch.optimizer.call.failures";

    /// <summary>The counter of dollars charged, by endpoint.</summary>
    public const string Spend = "vouch.optimizer.spend";

    /// <summary>The attribute with an endpoint's identifier.</summary>
    public const string EndpointTag = "vouch.optimizer.endpoint";

    /// <summary>The attribute with what a routing decision rests on.</summary>
    public const string BasisTag = "vouch.optimizer.basis";

    /// <summary>The attribute with the outcome of a decision.</summary>
    public const string OutcomeTag = "vouch.optimizer.outcome";

    /// <summary>The attribute with the format of a scene.</summary>
    public const string FormatTag = "vouch.optimizer.scene.format";

    /// <summary>The attribute that says whether a scene's statistics are usable.</summary>
    public const string UsableTag = "vouch.optimizer.scene.usable";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);
}
