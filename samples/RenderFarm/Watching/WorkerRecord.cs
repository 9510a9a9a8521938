using Vouch.AnomalyDetection.ChangePoints;
using Vouch.Core.Models;

namespace RenderFarm.Watching;

/// <summary>A tile that a worker sent.</summary>
/// <param name="Unit">Which.</param>
/// <param name="Latency">How long it took.</param>
/// <param name="OfUsual">How long that is compared with the pool's latest tiles; 1 is as long.</param>
/// <param name="Passed">Whether it passed every check; null while there was none.</param>
internal sealed record WatchedAnswer(WorkUnitId Unit, TimeSpan Latency, double OfUsual, bool? Passed = null);

/// <summary>What is known of one worker, with the detector that watches its checks.</summary>
internal sealed class WorkerRecord(WorkerId id, OnlineRateChangeDetector checks)
{
    public WorkerId Id { get; } = id;

    /// <summary>In the order in which they came.</summary>
    public List<WatchedAnswer> Answers { get; } = [];

    public OnlineRateChangeDetector Checks { get; } = checks;

    /// <summary>The answer that each check was about, by its place in <see cref="Answers"/>.</summary>
    public List<int> Checked { get; } = [];

    /// <summary>How far each answer was from usual, as a logarithm.</summary>
    public List<double> Deviations { get; } = [];

    /// <summary>How many answers there were when a turn was told last: one that began before is not told again.</summary>
    public int LatestTurn { get; set; }
}
