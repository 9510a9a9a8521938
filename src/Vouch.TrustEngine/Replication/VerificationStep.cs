namespace Vouch.TrustEngine.Replication;

/// <summary>What is to be done with a result before it is handed out.</summary>
public enum VerificationStep
{
    /// <summary>Nothing may be taken from this worker: it is suspended.</summary>
    Refuse = 0,

    /// <summary>Hand it out as it is; the lot did not fall on it.</summary>
    Accept,

    /// <summary>Check it first, as often as the order says.</summary>
    Check,

    /// <summary>Have other workers, of other owners, do the unit as well; where they disagree, a check decides.</summary>
    Replicate,
}
