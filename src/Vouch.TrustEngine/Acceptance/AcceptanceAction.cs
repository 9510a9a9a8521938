namespace Vouch.TrustEngine.Acceptance;

/// <summary>What to do next with a unit.</summary>
public enum AcceptanceAction
{
    /// <summary>Nothing within the limits reaches the error budget: the evidence is insufficient, and no result may be accepted.</summary>
    GiveUp = 0,

    /// <summary>Accept the named worker's result: its chance of being wrong is within the error budget.</summary>
    Accept,

    /// <summary>Check the named worker's result once more.</summary>
    Check,

    /// <summary>Have the unit done by one more worker, of another operator than those who did it.</summary>
    Replicate,
}
