namespace Vouch.Economy.Reporting;

/// <summary>How much of a pool is used.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Utilisation">The share of all of its capacity over the horizon that is used, in [0, 1]; 0 for a pool without capacity.</param>
/// <param name="Peak">The largest share of a slot's capacity that is used, in [0, 1].</param>
public sealed record PoolUse(string Name, double Utilisation, double Peak);
