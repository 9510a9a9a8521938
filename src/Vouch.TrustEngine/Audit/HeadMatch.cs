namespace Vouch.TrustEngine.Audit;

/// <summary>How a log compares with a tree head that was kept elsewhere.</summary>
public enum HeadMatch
{
    /// <summary>No head was given to compare with.</summary>
    NotCompared = 0,

    /// <summary>The log holds exactly what the head committed to, and possibly more.</summary>
    Matches,

    /// <summary>The log holds fewer entries than the head committed to: its end was cut off.</summary>
    TooShort,

    /// <summary>The log holds other entries than the head committed to.</summary>
    Differs,
}
