namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Named sets of detectors for <see cref="OutlierEnsemble"/>.</summary>
public enum EnsembleMode
{
    /// <summary>
    /// The default: an isolation forest that near and far neighbours and the covariance may correct, each as far as its order of this table's rows agrees with the forest's.
    /// A companion that makes nothing of the table loses its say; none outweighs the forest.
    /// </summary>
    Adaptive = 0,

    /// <summary>All families with equal say: forest, near and far neighbours, covariance, tails, robust z, quartiles.</summary>
    Ensemble = 1,

    /// <summary>The isolation forest alone: fastest on large tables, needs no scaling.</summary>
    Forest = 2,

    /// <summary>Closed formulas only: robust z, quartiles, tails, covariance. No draws, no neighbours.</summary>
    Statistical = 3,
}
