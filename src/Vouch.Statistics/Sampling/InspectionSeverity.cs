namespace Vouch.Statistics.Sampling;

/// <summary>How strict ISO 2859-1 inspects, after what earlier lots were like.</summary>
public enum InspectionSeverity
{
    /// <summary>Normal inspection, where inspection starts.</summary>
    Normal = 0,

    /// <summary>Tightened inspection: the same samples as a rule, fewer bad items allowed.</summary>
    Tightened,
}
