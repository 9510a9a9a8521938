namespace Vouch.Observability.Slo;

/// <summary>Where an alert stands.</summary>
public enum AlertState
{
    /// <summary>The rule does not hold.</summary>
    Quiet,

    /// <summary>The rule does not hold because there was no event in one of its windows: silence is not health.</summary>
    NoTraffic,

    /// <summary>The rule holds, but so few events could show it by chance: the low-traffic guard holds the alert back.</summary>
    HeldBack,

    /// <summary>The rule holds, not yet for as long as it has to.</summary>
    Pending,

    /// <summary>The alert fires.</summary>
    Firing,

    /// <summary>The rule can never hold: even a failure of everything burns slower than its factor.</summary>
    Unreachable,
}
