using Vouch.AnomalyDetection.ChangePoints;
using Vouch.Core.Models;

namespace RenderFarm.Watching;

/// <summary>A tile that a worker sent.</summary>
/// <param name="Unit">Which.</param>
/// <param name="Latency">How long it took.</param>
/// <param name="OfUsual">How long that is compared with the pool's latest tiles; 1 is as long.</param>
/// <param name="Passed">Whether it passed every check; null while there was none.</param>
internal sealed record WatchedAnswer(WorkUnitId Unit, TimeSpan Latency, double OfUsual, bool? Passed = null);

/// <summary>What is known of one worker, with the detectors that watch it.</summary>
internal sealed class WorkerRecord(WorkerId id, OnlineRateChangeDetector checks)
{
    public WorkerId Id { get; } = id;

    /// <summary>In the order in which they came.</summary>
    public List<WatchedAnswer> Answers { get; } = [];

    public OnlineRateChangeDetector Checks { get; } = checks;

    /// <summary>Null until the pool's spread is known.</summary>
    public OnlineChangeDetector? Latencies { get; set; }

    /// <summary>The answer that each check was about, by its place in <see cref="Answers"/>.</summary>
    public List<int> Checked { get; } = [];

    /// <summary>Deviations from before the pool's spread was known.</summary>
    public List<double> Unjudged { get; } = [];
}
