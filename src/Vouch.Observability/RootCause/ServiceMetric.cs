namespace Vouch.Observability.RootCause;

/// <summary>One reading of a metric of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Name">The metric, such as <c>cpu</c>. Readings of one name have one unit; what is judged is their rise against the same service's normal readings.</param>
/// <param name="At">When it was read, since any origin that the readings of a window share.</param>
/// <param name="Value">The reading: finite and not negative; others are left out.</param>
public readonly record struct ServiceMetric(string Service, string Name, TimeSpan At, double Value);
