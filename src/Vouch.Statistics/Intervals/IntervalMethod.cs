namespace Vouch.Statistics.Intervals;

/// <summary>The method behind an interval.</summary>
public enum IntervalMethod
{
    /// <summary>Not stated.</summary>
    Unspecified,

    /// <summary>Wilson's score interval for a proportion; covers as stated on average.</summary>
    Wilson,

    /// <summary>Clopper and Pearson's exact interval for a proportion; covers at least as stated, always.</summary>
    ClopperPearson,

    /// <summary>The equal-tailed posterior interval of a proportion under Jeffreys' prior; covers as stated on average.</summary>
    Jeffreys,

    /// <summary>Agresti and Coull's interval for a proportion; covers slightly more than stated.</summary>
    AgrestiCoull,

    /// <summary>Student's t interval of a mean; exact for normal data.</summary>
    StudentT,

    /// <summary>The normal interval of a mean whose standard error is known.</summary>
    Normal,

    /// <summary>The beta-binomial confidence sequence of a proportion; covers at least as stated at all times together.</summary>
    BetaBinomialConfidenceSequence,
}
