namespace Vouch.Observability.RootCause;

/// <summary>A kind of change by which a service is accused.</summary>
public enum AccusationChannel
{
    /// <summary>Its calls take longer themselves, or the way to it does.</summary>
    ExclusiveTime = 0,

    /// <summary>Its calls make other calls than they used to: some no longer, some more often.</summary>
    Structure = 1,

    /// <summary>Its calls write other numbers of log lines.</summary>
    LogLines = 2,

    /// <summary>Its calls fail more often though none of the calls they make does.</summary>
    Errors = 3,

    /// <summary>A metric of it rose, such as its CPU use.</summary>
    Metric = 4,
}
