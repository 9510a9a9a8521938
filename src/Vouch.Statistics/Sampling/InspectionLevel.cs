namespace Vouch.Statistics.Sampling;

/// <summary>How large a sample ISO 2859-1 takes for a lot size: more from level to level.</summary>
public enum InspectionLevel
{
    /// <summary>Special level S-1, the smallest samples.</summary>
    SpecialOne = 0,

    /// <summary>Special level S-2.</summary>
    SpecialTwo,

    /// <summary>Special level S-3.</summary>
    SpecialThree,

    /// <summary>Special level S-4.</summary>
    SpecialFour,

    /// <summary>General level I.</summary>
    GeneralOne,

    /// <summary>General level II, the usual one.</summary>
    GeneralTwo,

    /// <summary>General level III, the largest samples.</summary>
    GeneralThree,
}
