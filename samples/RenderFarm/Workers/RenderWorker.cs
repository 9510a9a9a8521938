using RenderFarm.Tracing;
using Vouch.Core.Models;
using Vouch.Core.Work;

namespace RenderFarm.Workers;

/// <summary>A worker that renders tiles with a noise of its own, which nobody else knows, and cheats or fails as its conduct and reliability say.</summary>
/// <remarks>
/// Safe to share. The work runs on the thread pool, so the caller is never blocked. Asked twice for the same unit it sends the same pixels. Its noise is
/// seeded from (job seed, worker, unit), so two honest workers never send the same picture.
/// </remarks>
internal sealed class RenderWorker : IWorker<TileUnit, TileImage>
{
    private readonly Conduct _conduct;
    private readonly Reliability _reliability;
    private readonly Forger _forger;
    private readonly Lock _lock = new();
    private readonly Dictionary<WorkUnitId, int> _positions = [];
    private WorkUnitId? _previous;

    /// <param name="id">The worker's id.</param>
    /// <param name="scene">The scene, which every worker has.</param>
    /// <param name="jobSeed">The seed of the whole job.</param>
    /// <param name="conduct">Whether it cheats; honest when null.</param>
    /// <param name="reliability">How it fails; steady when null.</param>
    /// <param name="capacity">How many units it takes at once.</param>
    public RenderWorker(WorkerId id, RenderScene scene, ulong jobSeed, Conduct? conduct = null, Reliability? reliability = null, int capacity = 1)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Id = id;
        Capacity = capacity;
        _conduct = conduct ?? new Honest();
        _reliability = reliability ?? new Steady();
        _forger = new Forger(scene, CounterRandom.Combine(jobSeed, CounterRandom.HashText(id.Value)), _conduct.SharedSecret);
    }

    public WorkerId Id { get; }

    public int Capacity { get; }

    /// <summary>Whether the worker ever lies. For the report alone.</summary>
    public bool IsCheater => _conduct is not Honest;

    /// <summary>What the worker is, in words. For the report alone.</summary>
    public string Role => _reliability is Steady ? _conduct.Description : _conduct is Honest ? $"honest, but {_reliability.Description}" : $"{_conduct.Description}; {_reliability.Description}";

    /// <summary>What the worker really did. For the report alone.</summary>
    public TruthLog Truth { get; } = new();

    /// <summary>Whether an answer is, bit for bit, what the worker sends when it is honest: tells forgeries of an earlier process, whose diary is gone. For the report alone.</summary>
    public bool IsHonestAnswer(TileUnit unit, TileImage answer) =>
        answer.Rgb.AsSpan().SequenceEqual(_forger.Make(unit, Misconduct.None, null, CancellationToken.None).Rgb);

    /// <exception cref="WorkerCrashedException">The worker is dead.</exception>
    public async ValueTask<TileImage> ExecuteAsync(TileUnit unit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        int position;
        int seen;
        WorkUnitId? previous;
        lock (_lock)
        {
            if (!_positions.TryGetValue(unit.Id, out position))
            {
                position = _positions.Count;
                _positions.Add(unit.Id, position);
            }

            seen = _positions.Count;
            previous = _previous is { } last && last != unit.Id ? last : null;
            _previous = unit.Id;
        }

        await _reliability.BeforeAsync(unit.Id, seen, cancellationToken).ConfigureAwait(false);
        Misconduct kind = _conduct.Choose(unit.Id, position);
        if (kind == Misconduct.TooFewSamples && unit.SamplesPerPixel == 1)
        {
            // Of one path none can be saved.
            kind = Misconduct.None;
        }

        TileImage answer = await Task.Run(() => _forger.Make(unit, kind, previous, cancellationToken), cancellationToken).ConfigureAwait(false);
        Truth.Record(new TruthEntry(Id, unit.Id, kind, kind == Misconduct.None ? null : answer));
        return answer;
    }
}
