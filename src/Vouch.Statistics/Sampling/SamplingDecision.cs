namespace Vouch.Statistics.Sampling;

/// <summary>Where an inspection stands.</summary>
public enum SamplingDecision
{
    /// <summary>Check another item.</summary>
    Continue = 0,

    /// <summary>Accept.</summary>
    Accept,

    /// <summary>Reject.</summary>
    Reject,
}
