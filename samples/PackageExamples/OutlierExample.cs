using Vouch.AnomalyDetection.Outliers;

namespace PackageExamples;

/// <summary>The program on tables that the README of Vouch.AnomalyDetection quotes.</summary>
public static class OutlierExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        // Render times and sample counts of 200 tiles; tile 17 came back far too soon for what it claims.
        double[][] tiles = [.. Enumerable.Range(0, 200).Select(i => new double[] { 30 + (i * 37 % 11), 1024 + (i * 53 % 17) })];
        tiles[17] = [2, 1030];

        OutlierReport report = new OutlierEnsemble().Analyse(FeatureMatrix.FromRows(tiles, ["seconds", "samples"]));
        foreach (OutlierVerdict odd in report.Outliers())
        {
            OutlierExplanation why = report.Explain(odd.Row);
            Console.WriteLine($"tile {odd.Row}: score {odd.Score:F2}, mostly {why.Features[0].Feature}, seen by {string.Join(", ", why.Voters)}");
        }
        #endregion
    }
}
