namespace Vouch.Optimizer.Guarantees;

/// <summary>How far a calibration has come: a draft is reviewed by a person, observed, and only then steers traffic.</summary>
public enum ArtefactState
{
    /// <summary>Made, not yet looked at.</summary>
    Draft,

    /// <summary>Looked at by a named reviewer; its choices are computed and recorded beside the safe tier's, which still serves.</summary>
    Observing,

    /// <summary>Steers traffic.</summary>
    Active,
}
