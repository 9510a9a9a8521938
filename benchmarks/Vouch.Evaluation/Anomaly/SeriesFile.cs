using System.Globalization;
using System.IO.Compression;

namespace Vouch.Evaluation.Anomaly;

/// <summary>A CSV with a time or row number first and values after it; empty cells are missing values.</summary>
internal sealed record SeriesFile(string[] Names, string[] Stamps, double[][] Rows)
{
    public static SeriesFile Read(string path)
    {
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress)
            : File.OpenRead(path));
        string[] names = (reader.ReadLine() ?? throw new MissingDataException($"'{path}' is empty.")).Split(',');
        var stamps = new List<string>();
        var rows = new List<double[]>();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (cells.Length != names.Length)
            {
                throw new MissingDataException($"'{path}', line {rows.Count + 2}: {cells.Length} cells, the header has {names.Length}.");
            }

            stamps.Add(cells[0]);
            rows.Add([.. cells.Skip(1).Select(static cell => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))]);
        }

        return new SeriesFile(names[1..], [.. stamps], [.. rows]);
    }

    public double[] Column(int column) => [.. Rows.Select(row => row[column])];

    public DateTimeOffset[] Times() =>
        [.. Stamps.Select(static stamp => DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))];
}
