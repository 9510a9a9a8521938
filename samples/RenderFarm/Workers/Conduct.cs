using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>Decides, unit by unit, whether and how a worker cheats. Conducts nest: a turncoat turns into any other conduct.</summary>
/// <remarks>A decision depends on the unit's name and on how many units the worker had before it, never on a clock or on a shared random stream.</remarks>
internal abstract class Conduct
{
    /// <summary>What the worker does, in words, for the report.</summary>
    public abstract string Description { get; }

    /// <summary>The secret that colluding workers share, or null.</summary>
    public virtual ulong? SharedSecret => null;

    /// <summary>Decides on a unit.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <param name="position">How many other units the worker was given before it, from 0.</param>
    public abstract Misconduct Choose(WorkUnitId unit, int position);

    /// <summary>A number in [0, 1) that a seed and a unit's name alone determine.</summary>
    private protected static double Draw(ulong seed, WorkUnitId unit, ulong purpose) =>
        (CounterRandom.Combine(seed, CounterRandom.HashText(unit.Value), purpose) >> 11) * (1.0 / (1UL << 53));
}

/// <summary>Never cheats.</summary>
internal sealed class Honest : Conduct
{
    public override string Description => "honest";

    public override Misconduct Choose(WorkUnitId unit, int position) => Misconduct.None;
}

/// <summary>Cheats on a share of its units, in ways mixed by weight.</summary>
internal sealed class Opportunist : Conduct
{
    private readonly ulong _seed;
    private readonly double _share;
    private readonly Misconduct[] _kinds;

    /// <param name="seed">The seed of its choices.</param>
    /// <param name="share">The share of units that it cheats on, in [0, 1].</param>
    /// <param name="kinds">The ways, one of which is drawn for each; at least one.</param>
    public Opportunist(ulong seed, double share, params Misconduct[] kinds)
    {
        if (!(share >= 0 && share <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is a number in [0, 1].");
        }

        if (kinds.Length == 0)
        {
            throw new ArgumentException("An opportunist needs at least one way to cheat.", nameof(kinds));
        }

        _seed = seed;
        _share = share;
        _kinds = kinds;
    }

    public override string Description =>
        FormattableString.Invariant($"cheats on {100 * _share:0} % of its tiles, {(_kinds.Length == 1 ? "always" : "in turns")}: {string.Join(", ", _kinds.Select(Misdeeds.Name))}");

    public override Misconduct Choose(WorkUnitId unit, int position) =>
        Draw(_seed, unit, 1) < _share ? _kinds[(int)(Draw(_seed, unit, 2) * _kinds.Length)] : Misconduct.None;
}

/// <summary>One of several workers that forge the same picture for the same units.</summary>
internal sealed class Colluder(ulong sharedSecret, double share) : Conduct
{
    public override string Description => FormattableString.Invariant($"forges {100 * share:0} % of its tiles together with a partner, pixel for pixel alike");

    public override ulong? SharedSecret => sharedSecret;

    public override Misconduct Choose(WorkUnitId unit, int position) => Draw(sharedSecret, unit, 3) < share ? Misconduct.Colluding : Misconduct.None;
}

/// <summary>Honest until trusted, then another conduct.</summary>
internal sealed class Turncoat(int honestUnits, Conduct then) : Conduct
{
    public override string Description => $"honest for {honestUnits} tiles, then {then.Description}";

    public override ulong? SharedSecret => then.SharedSecret;

    public override Misconduct Choose(WorkUnitId unit, int position) => position < honestUnits ? Misconduct.None : then.Choose(unit, position);
}

/// <summary>Names of misdeeds for people.</summary>
internal static class Misdeeds
{
    public static string Name(Misconduct kind) => kind switch
    {
        Misconduct.None => "honest",
        Misconduct.TooFewSamples => "too few samples",
        Misconduct.UpscaledLowResolution => "upscaled low resolution",
        Misconduct.StaleTile => "stale tile",
        Misconduct.Tinted => "tinted",
        Misconduct.Blank => "blank",
        Misconduct.Colluding => "colluding forgery",
        Misconduct.Denoised => "too few samples, denoised",
        Misconduct.NotANumber => "pixels that are not numbers",
        Misconduct.WrongSize => "wrong size",
        _ => "another unit's answer",
    };
}
