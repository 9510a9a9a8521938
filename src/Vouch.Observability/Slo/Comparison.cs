namespace Vouch.Observability.Slo;

/// <summary>How a number is compared with its bound.</summary>
public enum Comparison
{
    /// <summary>At least the bound (≥).</summary>
    AtLeast,

    /// <summary>At most the bound (≤).</summary>
    AtMost,

    /// <summary>Exactly the bound (=).</summary>
    Equal,

    /// <summary>More than the bound (&gt;).</summary>
    Above,

    /// <summary>Less than the bound (&lt;).</summary>
    Below,
}
