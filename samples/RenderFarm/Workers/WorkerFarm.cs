using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>What a farm is made of.</summary>
/// <param name="Workers">How many workers, 1 or more.</param>
/// <param name="CheaterShare">The share of them that lie, in [0, 1]; rounded to whole workers.</param>
/// <param name="Seed">The seed of who is what, of every cheat's choices and of all noise.</param>
/// <param name="LateBy">How late a slow worker's late tiles are.</param>
/// <param name="RaysPerSecond">How fast a usual worker's machine is; null for workers that answer as soon as this computer can.</param>
internal sealed record FarmSettings(int Workers = 12, double CheaterShare = 1.0 / 3, ulong Seed = 1, TimeSpan? LateBy = null, double? RaysPerSecond = null);

/// <summary>
/// The pool that the job runs on, with who is what dealt out by the seed.
/// </summary>
/// <remarks>
/// The liars are filled in this order: a colluding pair, a turncoat, an opportunist who tries every other way, then lone ones (denoiser, tinter, upscaler)
/// and again from the pair. One liar is an opportunist; of two, one is a turncoat. Among the honest, from four on one crashes for good and from six on one
/// is often slow, from eight on one's machine becomes slow on the way; they are unreliable, not dishonest. Twelve workers with a third lying are: a pair, a
/// turncoat, an opportunist, a crasher, a slow one, one that becomes slow and five who are simply good.
/// </remarks>
internal sealed class WorkerFarm
{
    private static readonly Misconduct[] EveryLoneWay =
    [
        Misconduct.TooFewSamples, Misconduct.UpscaledLowResolution, Misconduct.StaleTile, Misconduct.Tinted, Misconduct.Blank,
        Misconduct.Denoised, Misconduct.NotANumber, Misconduct.WrongSize, Misconduct.AnotherUnit,
    ];

    private WorkerFarm(IReadOnlyList<RenderWorker> workers) => Workers = workers;

    public IReadOnlyList<RenderWorker> Workers { get; }

    /// <summary>Builds a farm.</summary>
    /// <param name="scene">What the workers render.</param>
    /// <param name="settings">What the farm is made of.</param>
    /// <param name="time">The clock that slow workers wait by.</param>
    public static WorkerFarm Create(RenderScene scene, FarmSettings settings, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Workers, 1);
        if (!(settings.CheaterShare >= 0 && settings.CheaterShare <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings.CheaterShare, "The share of cheaters is a number in [0, 1].");
        }

        int cheaters = (int)Math.Round(settings.Workers * settings.CheaterShare, MidpointRounding.AwayFromZero);
        var roles = new List<(Conduct Conduct, Reliability Reliability, int? BusyFrom)>();
        AddCheaters(roles, cheaters, settings.Seed);
        int honest = settings.Workers - cheaters;
        for (int index = 0; index < honest; index++)
        {
            Reliability reliability = index switch
            {
                0 when honest >= 4 => new Crasher(unitsBefore: 4),
                1 when honest >= 6 => new Sluggard(settings.Seed, share: 0.25, settings.LateBy ?? TimeSpan.FromSeconds(4), time),
                _ => new Steady(),
            };
            roles.Add((new Honest(), reliability, index == 2 && honest >= 8 ? 6 : null));
        }

        // Who is what is shuffled (Fisher and Yates), so that a name gives nothing away.
        var random = new CounterRandom(settings.Seed, 0, 10);
        for (int index = roles.Count - 1; index > 0; index--)
        {
            int other = (int)(random.NextFloat() * (index + 1));
            (roles[index], roles[other]) = (roles[other], roles[index]);
        }

        return new WorkerFarm(
        [
            .. roles.Select((role, index) =>
            {
                var id = new WorkerId(FormattableString.Invariant($"worker-{index + 1:00}"));
                Machine? machine = settings.RaysPerSecond is { } speed ? Machine.Of(id, speed, settings.Seed, time, role.BusyFrom) : null;
                return new RenderWorker(id, scene, settings.Seed, role.Conduct, role.Reliability, machine);
            }),
        ]);
    }

    /// <summary>What a worker really did with a unit; null when it never answered it. For the report alone.</summary>
    public TruthEntry? Truth(WorkerId worker, WorkUnitId unit) => Workers.FirstOrDefault(candidate => candidate.Id == worker)?.Truth.Find(unit);

    private static void AddCheaters(List<(Conduct Conduct, Reliability Reliability, int? BusyFrom)> roles, int count, ulong seed)
    {
        var steady = new Steady();
        if (count < 3)
        {
            if (count == 2)
            {
                roles.Add((NewTurncoat(seed, 0), steady, null));
            }

            if (count >= 1)
            {
                roles.Add((new Opportunist(CounterRandom.Combine(seed, 1), 0.5, EveryLoneWay), steady, null));
            }

            return;
        }

        for (int index = 0; index < count; index++)
        {
            ulong own = CounterRandom.Combine(seed, 2, (ulong)index);
            Conduct conduct = (index % 7) switch
            {
                // Both of a pair hold the same secret; a pair that would lack its second half becomes an opportunist.
                0 when index + 1 < count => new Colluder(CounterRandom.Combine(seed, 3, (ulong)(index / 7)), 0.6),
                1 => new Colluder(CounterRandom.Combine(seed, 3, (ulong)(index / 7)), 0.6),
                2 => NewTurncoat(seed, index),
                4 => new Opportunist(own, 0.3, Misconduct.Denoised),
                5 => new Opportunist(own, 0.25, Misconduct.Tinted),
                6 => new Opportunist(own, 0.4, Misconduct.UpscaledLowResolution),
                _ => new Opportunist(own, 0.5, EveryLoneWay),
            };
            roles.Add((conduct, steady, null));
        }
    }

    private static Turncoat NewTurncoat(ulong seed, int index) =>
        new(honestUnits: 6, new Opportunist(CounterRandom.Combine(seed, 4, (ulong)index), 0.8, Misconduct.TooFewSamples, Misconduct.UpscaledLowResolution));
}
