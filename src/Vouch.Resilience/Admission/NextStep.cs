namespace Vouch.Resilience.Admission;

/// <summary>What to do after an attempt failed.</summary>
/// <param name="Retries">Whether to try again; else the failure is the answer.</param>
/// <param name="Delay">How long to wait before, in ticks.</param>
internal readonly record struct NextStep(bool Retries, long Delay);
