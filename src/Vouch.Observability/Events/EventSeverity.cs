namespace Vouch.Observability.Events;

/// <summary>How much an event matters.</summary>
public enum EventSeverity
{
    /// <summary>Good to know.</summary>
    Information = 0,

    /// <summary>Something is not as it should be.</summary>
    Warning = 1,

    /// <summary>Something failed.</summary>
    Error = 2,
}
