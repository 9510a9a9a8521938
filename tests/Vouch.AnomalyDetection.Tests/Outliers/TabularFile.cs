using System.Globalization;
using System.IO.Compression;
using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Tests.Outliers;

internal static class TabularFile
{
    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static (FeatureMatrix Table, bool[] Labels) Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[][] lines = [.. reader.ReadToEnd().Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => line.Trim().Split(','))];
        return (FeatureMatrix.FromRows([.. lines.Select(cells => cells[..^1].Select(Number).ToArray())]), [.. lines.Select(cells => Number(cells[^1]) > 0.5)]);
    }

    /// <summary>The share of pairs of an outlier and another row that are in order; ties count half.</summary>
    public static double Area(double[] scores, bool[] labels)
    {
        double[] odd = [.. scores.Where((_, row) => labels[row])];
        double[] rest = [.. scores.Where((_, row) => !labels[row]).Order()];
        double sum = 0;
        foreach (double score in odd)
        {
            int below = rest.Count(other => other < score);
            int equal = rest.Count(other => other == score);
            sum += below + (0.5 * equal);
        }

        return sum / odd.Length / rest.Length;
    }
}
