using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Evaluation.Caching;

/// <summary>A CSV table of reference hit rates: named columns of text and of percentages.</summary>
internal sealed class ReferenceRates
{
    private readonly string _path;
    private readonly string[] _columns;

    public ReferenceRates(string path)
    {
        _path = path;
        string[] lines = [.. File.ReadLines(path).Where(line => line.Length > 0)];
        _columns = lines.Length > 0 ? lines[0].Split(',') : [];
        Rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Length != _columns.Length)
            {
                throw Refused(i, $"{Rows[i].Length} fields", $"{_columns.Length} fields as in the first line");
            }
        }
    }

    public IReadOnlyList<string[]> Rows { get; }

    public bool Has(string column) => _columns.Contains(column);

    public string Text(int row, string column)
    {
        int index = Array.IndexOf(_columns, column);
        return index >= 0 ? Rows[row][index] : throw new InputValidationException($"'{_path}' has no column '{column}'.") { DataSource = _path, Expected = column };
    }

    public double Number(int row, string column) =>
        double.TryParse(Text(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Refused(row, Text(row, column), $"a number in column '{column}'");

    public long Whole(int row, string column) =>
        long.TryParse(Text(row, column), NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0
            ? value
            : throw Refused(row, Text(row, column), $"a whole number above zero in column '{column}'");

    private InputValidationException Refused(int row, string found, string expected) =>
        new($"Line {row + 2} of '{_path}': found {found}, expected {expected}.") { DataSource = _path, Location = $"line {row + 2}", Value = found, Expected = expected };
}
