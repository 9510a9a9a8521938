namespace Vouch.Observability.Slo;

/// <summary>Watches service level objectives.</summary>
public sealed class SloEngine;
