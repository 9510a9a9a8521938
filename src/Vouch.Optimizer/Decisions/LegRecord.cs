using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Decisions;

/// <summary>A leg of the cascade that a decision chose, as it stood when the record was made.</summary>
/// <param name="Endpoint">The identifier of its endpoint.</param>
/// <param name="State">How it stood.</param>
/// <param name="Reserved">What was set aside for it.</param>
/// <param name="Charged">What it was charged; zero while it is open.</param>
public sealed record LegRecord(string Endpoint, LegState State, NanoUsd Reserved, NanoUsd Charged);
