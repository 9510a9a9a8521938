namespace Vouch.Observability.RootCause;

/// <summary>Mean and population variance of a feature over a number of calls, and how many traces these belong to. Calls of one trace share its fate: traces are what counts as a sample.</summary>
internal readonly record struct FeatureLevel(double Mean, double Variance, long Calls, long Traces);
