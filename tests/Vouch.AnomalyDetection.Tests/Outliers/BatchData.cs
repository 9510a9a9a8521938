using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

/// <summary>Tables for tests: a cluster, and rows that lie outside it.</summary>
internal static class BatchData
{
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static FeatureMatrix Cluster(int rows, int columns, int seed, int outliers = 0)
    {
        var random = new Random(seed);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Normal(random) + (i / columns < outliers ? 12 : 0);
        }

        return new FeatureMatrix(values, columns);
    }

    public static IOutlierDetector[] All() =>
    [
        new IsolationForest(), new LocalOutlierFactor(), new KNearestNeighbours(), new MahalanobisDistance(), new EmpiricalTails(), new RobustDeviation(),
        new QuartileFences(), new MovingAverage(), new OutlierEnsemble(), new OutlierEnsemble(EnsembleMode.Ensemble),
        new OutlierEnsemble(EnsembleMode.Statistical), new OutlierEnsemble(EnsembleMode.Forest),
    ];
}
