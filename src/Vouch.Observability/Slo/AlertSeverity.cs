namespace Vouch.Observability.Slo;

/// <summary>Whom an alert is for.</summary>
public enum AlertSeverity
{
    /// <summary>Someone has to act now.</summary>
    Page,

    /// <summary>Someone has to act within days.</summary>
    Ticket,
}
