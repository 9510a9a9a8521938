namespace Vouch.Optimizer.Guarantees;

/// <summary>What an audited outcome did to the monitor.</summary>
public enum AuditVerdict
{
    /// <summary>It entered the evidence; the promise still stands.</summary>
    Accepted,

    /// <summary>Its decision had been audited before; it was left out.</summary>
    Duplicate,

    /// <summary>A value is outside its range; it was left out and counted.</summary>
    Rejected,

    /// <summary>It completed the evidence that an endpoint is worse than predicted; that endpoint is out until reset.</summary>
    EndpointAlarm,

    /// <summary>It completed the evidence that the promise is broken; traffic belongs on the safe tier until reset.</summary>
    PromiseAlarm,
}
