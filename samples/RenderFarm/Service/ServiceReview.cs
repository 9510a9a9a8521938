using Vouch.Observability.Health;
using Vouch.Observability.RootCause;
using Vouch.Observability.Slo;

namespace RenderFarm.Service;

/// <summary>How the farm did as a service.</summary>
/// <param name="Objectives">What it promised itself, and how much of the error budgets is left.</param>
/// <param name="Health">How the pool and its workers are at the end.</param>
/// <param name="Diagnosis">Who explains that the second half of the calls went otherwise than the first, or that nobody can be told.</param>
/// <param name="Alerts">When burn-rate alerts fired and ended.</param>
internal sealed record ServiceReview(SloReport Objectives, SystemHealth Health, Diagnosis Diagnosis, IReadOnlyList<AlertChange> Alerts);
