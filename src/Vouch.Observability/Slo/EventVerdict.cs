namespace Vouch.Observability.Slo;

/// <summary>What a measurement is for an objective.</summary>
public enum EventVerdict
{
    /// <summary>It is not the objective's concern.</summary>
    Ignore,

    /// <summary>A good event.</summary>
    Good,

    /// <summary>A bad event.</summary>
    Bad,
}
