using RenderFarm.Planning;
using RenderFarm.Service;
using RenderFarm.Tracing;
using RenderFarm.Verification;
using RenderFarm.Watching;
using RenderFarm.Workers;
using Vouch.Economy.Pricing;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Optimizer.Configuration;
using Vouch.TrustEngine.Audit;

namespace RenderFarm;

/// <summary>Everything a run leaves behind, for the report, the console and the tests.</summary>
internal sealed record FarmResult
{
    public required FarmRequest Request { get; init; }

    public required RenderScene Scene { get; init; }

    public required string SceneSummary { get; init; }

    public required FrameInfo Frame { get; init; }

    public required ConfigurationDecision Decision { get; init; }

    public required CheckCalibration Calibration { get; init; }

    /// <summary>What verification was expected to cost, before the first tile was sent out.</summary>
    public required TrustForecast Forecast { get; init; }

    public required long PilotRays { get; init; }

    public required PriceCurve Prices { get; init; }

    public required IReadOnlyList<TileUnit> Units { get; init; }

    public required WorkerFarm Farm { get; init; }

    public required IReadOnlyList<VerifiedResult<TileImage>> Accepted { get; init; }

    /// <summary>With the time each event happened at, since the start.</summary>
    public required IReadOnlyList<(TimeSpan At, RunEvent Event)> Events { get; init; }

    /// <summary>What was noticed of the workers while they worked.</summary>
    public required WorkerWatch Watch { get; init; }

    /// <summary>How the farm did as a service.</summary>
    public required ServiceReview Service { get; init; }

    public required JobReport Report { get; init; }

    /// <summary>The audit log, read back from the disk and verified from the first byte to the last.</summary>
    public required AuditLogVerification Log { get; init; }

    public required string LogPath { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Linear radiance of the whole picture; black where no tile was accepted.</summary>
    public required float[] Picture { get; init; }

    /// <summary>What was promised against what the workers' own diaries tell.</summary>
    public required MeasuredTruth Truth { get; init; }
}
