namespace Vouch.Observability.Slo;

/// <summary>An objective that was read from an OpenSLO document.</summary>
/// <param name="Objective">The objective; named like the document, and like the entry within it where there are several.</param>
/// <param name="Service">The service it is about.</param>
/// <param name="Line">The line at which it stands.</param>
public sealed record OpenSloObjective(ServiceLevelObjective Objective, string Service, long Line);
