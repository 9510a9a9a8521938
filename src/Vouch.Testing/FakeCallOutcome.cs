namespace Vouch.Testing;

/// <summary>How a call to a fake worker ended.</summary>
public enum FakeCallOutcome
{
    /// <summary>It has not ended.</summary>
    Running = 0,

    /// <summary>The worker answered.</summary>
    Answered,

    /// <summary>The worker threw.</summary>
    Crashed,

    /// <summary>The worker stopped because the call was cancelled.</summary>
    Cancelled,
}
