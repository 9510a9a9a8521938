namespace Vouch.Evaluation.Trust.Replication;

/// <summary>What a cheat can see when it decides: everything but the coins to come.</summary>
/// <param name="Trusted">Whether the scheme trusts it by now, as the scheme itself understands that.</param>
/// <param name="SinceTrusted">How many results it sent since it was first trusted.</param>
/// <param name="Progress">The share of the job that is handed out, in [0, 1).</param>
/// <param name="Unit">The unit's number.</param>
/// <param name="UnitSecret">A number in [0, 1) that all members of a ring share for this unit.</param>
/// <param name="Own">A number in [0, 1) of the worker's own for this result.</param>
/// <param name="Rate">The chance that a wrong result is found out, which follows from the public rules.</param>
/// <param name="Number">Which of the cheats it is, from 0.</param>
/// <param name="Caught">How many of the cheats are suspended by now.</param>
internal readonly record struct Sight(bool Trusted, long SinceTrusted, double Progress, int Unit, double UnitSecret, double Own, double Rate, int Number, int Caught);

/// <summary>How the cheats of a population behave.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Share">Their share of the workers.</param>
/// <param name="Lies">Whether the next result is wrong.</param>
/// <param name="SameAnswer">Whether their wrong answers agree.</param>
/// <param name="What">What they do, in words.</param>
internal sealed record Population(string Name, double Share, Func<Sight, bool> Lies, bool SameAnswer, string What)
{
    /// <summary>How many fresh cheats join at a tenth of the job, as a share of the workers at the start.</summary>
    public double JoinLater { get; init; }

    /// <summary>Whether a suspended cheat comes back at once under a fresh name.</summary>
    public bool ComesBack { get; init; }

    /// <summary>Whether the host knows that the cheats have one owner.</summary>
    public bool OwnerKnown { get; init; }
}
