namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Why a search for seasons ended as it did.</summary>
public enum SeasonAnswer
{
    /// <summary>At least one season was found.</summary>
    Found = 0,

    /// <summary>No period repeats beyond what chance explains.</summary>
    None = 1,

    /// <summary>All values are equal, so nothing can repeat.</summary>
    Constant = 2,

    /// <summary>There are fewer than 12 finite values at 12 different times.</summary>
    TooShort = 3,
}
