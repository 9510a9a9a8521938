namespace Vouch.Economy.Scheduling;

/// <summary>A number that no feasible schedule's cost can be below, and how it was proven.</summary>
/// <param name="Value">The bound, in the unit of the costs. Exact where prices, rates, penalties and demands are whole numbers; otherwise correct up to rounding (about 1e-12 relative).</param>
/// <param name="Method">The name of the method.</param>
/// <param name="Certificate">The dual prices that prove it, or null where the bound ignores capacities altogether.</param>
public sealed record CostBound(double Value, string Method, DualPrices? Certificate = null);
