namespace Vouch.Observability.Slo;

/// <summary>What was violated.</summary>
public enum ViolationKind
{
    /// <summary>A burn-rate alert fired.</summary>
    Alert,

    /// <summary>The error budget of the period was overspent, at the traffic seen.</summary>
    Budget,
}
