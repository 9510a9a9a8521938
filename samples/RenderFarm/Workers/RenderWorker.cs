using RenderFarm.Tracing;
using Vouch.Core.Models;
using Vouch.Core.Work;

namespace RenderFarm.Workers;

/// <summary>A worker that renders tiles with a noise of its own, which nobody else knows, and cheats or fails as its conduct and reliability say.</summary>
/// <remarks>
/// Safe to share. Each unit is rendered on a thread of its own, as on a machine of its own: the caller is never blocked, and how long a unit takes follows from the
/// work in it and not from what waits before it in the thread pool. Asked twice for the same unit it sends the same pixels. Its noise is
/// seeded from (job seed, worker, unit), so two honest workers never send the same picture.
/// </remarks>
internal sealed class RenderWorker : IWorker<TileUnit, TileImage>
{
    private readonly Conduct _conduct;
    private readonly Reliability _reliability;
    private readonly Machine? _machine;
    private readonly Forger _forger;
    private readonly Lock _lock = new();
    private readonly Dictionary<WorkUnitId, int> _positions = [];
    private WorkUnitId? _previous;

    /// <param name="id">The worker's id.</param>
    /// <param name="scene">The scene, which every worker has.</param>
    /// <param name="jobSeed">The seed of the whole job.</param>
    /// <param name="conduct">Whether it cheats; honest when null.</param>
    /// <param name="reliability">How it fails; steady when null.</param>
    /// <param name="machine">What it runs on; this computer, as fast as it can be had, when null.</param>
    /// <param name="capacity">How many units it takes at once.</param>
    public RenderWorker(WorkerId id, RenderScene scene, ulong jobSeed, Conduct? conduct = null, Reliability? reliability = null, Machine? machine = null, int capacity = 1)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Id = id;
        Capacity = capacity;
        _conduct = conduct ?? new Honest();
        _reliability = reliability ?? new Steady();
        _machine = machine;
        _forger = new Forger(scene, CounterRandom.Combine(jobSeed, CounterRandom.HashText(id.Value)), _conduct.SharedSecret);
    }

    public WorkerId Id { get; }

    public int Capacity { get; }

    /// <summary>Whether the worker ever lies. For the report alone.</summary>
    public bool IsCheater => _conduct is not Honest;

    /// <summary>What the worker is, in words. For the report alone.</summary>
    public string Role
    {
        get
        {
            string[] failings = [.. new[] { _reliability is Steady ? null : _reliability.Description, _machine?.Description }.OfType<string>()];
            return failings.Length == 0 ? _conduct.Description : $"{_conduct.Description}{(_conduct is Honest ? ", but " : "; ")}{string.Join("; ", failings)}";
        }
    }

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

        long begun = _machine?.Begin() ?? 0;
        await _reliability.BeforeAsync(unit.Id, seen, cancellationToken).ConfigureAwait(false);
        Misconduct kind = _conduct.Choose(unit.Id, position);
        if (kind == Misconduct.TooFewSamples && unit.SamplesPerPixel == 1)
        {
            // Of one path none can be saved.
            kind = Misconduct.None;
        }

        (TileImage answer, long rays) = await Task.Factory.StartNew(
            () => (_forger.Make(unit, kind, previous, out long traced, cancellationToken), traced),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
        if (_machine is not null)
        {
            await _machine.FinishAsync(begun, rays, position, cancellationToken).ConfigureAwait(false);
        }

        Truth.Record(new TruthEntry(Id, unit.Id, kind, kind == Misconduct.None ? null : answer));
        return answer;
    }
}
