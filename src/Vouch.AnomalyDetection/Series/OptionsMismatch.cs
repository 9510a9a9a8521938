namespace Vouch.AnomalyDetection.Series;

/// <summary>What becomes of a snapshot that was made under other options.</summary>
public enum OptionsMismatch
{
    /// <summary>It is refused.</summary>
    Refuse = 0,

    /// <summary>The series go on with what they have learnt, under the new options. The season must be the same: what was learnt of another one means nothing.</summary>
    Keep,

    /// <summary>The series are there by their names and learn anew.</summary>
    Remake,
}
