namespace Vouch.AnomalyDetection.Outliers;

/// <summary>How columns are put on one scale before distances are taken.</summary>
public enum FeatureScaling
{
    /// <summary>As they are.</summary>
    None = 0,

    /// <summary>To [0, 1] between the smallest and the largest value.</summary>
    MinMax = 1,

    /// <summary>To median 0 and standard deviation 1, the deviation taken after the outermost values are drawn in; a far value cannot flatten its column.</summary>
    Robust = 2,
}
