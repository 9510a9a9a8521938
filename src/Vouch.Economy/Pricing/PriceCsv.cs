using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Economy.Pricing;

/// <summary>Reads price curves from CSV: a header and one row per slot, such as <c>time,price</c>.</summary>
/// <remarks>
/// Thread-safe. Times are ISO 8601, in order and evenly spaced; without an offset they are taken as UTC (so a local series with a day of 23 or 25 hours is refused, and
/// its UTC column is the one to name). Other columns are passed over. Comma-separated, no quoting, culture-invariant numbers, blank lines and lines starting with
/// <c>#</c> skipped.
/// </remarks>
public static class PriceCsv
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeColumn">The name of the column with the starts of the slots.</param>
    /// <param name="priceColumn">The name of the column with the prices.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="InputValidationException">A row is not of the format; the exception names line, value and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PriceCurve ReadFile(string path, string timeColumn = "time", string priceColumn = "price")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using StreamReader reader = File.OpenText(path);
        return Read(reader, timeColumn, priceColumn, path);
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text; left open.</param>
    /// <param name="timeColumn">The name of the column with the starts of the slots.</param>
    /// <param name="priceColumn">The name of the column with the prices.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <returns>The curve; with a single row its slot is one hour long.</returns>
    /// <exception cref="InputValidationException">A row is not of the format; the exception names line, value and what was expected.</exception>
    public static PriceCurve Read(TextReader reader, string timeColumn = "time", string priceColumn = "price", string source = "text")
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrWhiteSpace(timeColumn);
        ArgumentException.ThrowIfNullOrWhiteSpace(priceColumn);
        int timeIndex = -1;
        int priceIndex = -1;
        var prices = new List<double>();
        DateTimeOffset start = default;
        DateTimeOffset previous = default;
        TimeSpan step = TimeSpan.FromHours(1);
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text) || text[0] == '#')
            {
                continue;
            }

            string[] cells = text.Split(',', StringSplitOptions.TrimEntries);
            if (timeIndex < 0)
            {
                timeIndex = Column(cells, timeColumn, source, line);
                priceIndex = Column(cells, priceColumn, source, line);
                continue;
            }

            if (cells.Length <= Math.Max(timeIndex, priceIndex))
            {
                throw Bad(source, line, Shorten(text), $"at least {Math.Max(timeIndex, priceIndex) + 1} cells");
            }

            DateTimeOffset time = Time(cells[timeIndex], source, line);
            double price = Price(cells[priceIndex], source, line);
            if (prices.Count == 0)
            {
                start = time;
            }
            else
            {
                TimeSpan distance = time - previous;
                step = prices.Count == 1 ? distance : step;
                if (distance <= TimeSpan.Zero || distance != step)
                {
                    throw Bad(source, line, cells[timeIndex], distance <= TimeSpan.Zero ? "a time after that of the row before" : $"a time {step} after that of the row before");
                }
            }

            if (prices.Count == PriceCurve.MaxSlotCount)
            {
                throw Bad(source, line, Shorten(text), $"at most {PriceCurve.MaxSlotCount} rows");
            }

            previous = time;
            prices.Add(price);
        }

        if (prices.Count == 0)
        {
            throw Bad(source, line + 1, "nothing", $"a header with '{timeColumn}' and '{priceColumn}', and at least one row");
        }

        try
        {
            return new PriceCurve(start, step, prices);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new InputValidationException($"{source}: {error.Message}", error) { DataSource = source, Location = "line 2", Expected = error.Message };
        }
    }

    private static int Column(string[] cells, string name, string source, int line)
    {
        int index = Array.FindIndex(cells, cell => cell.TrimStart('\uFEFF').Equals(name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw Bad(source, line, Shorten(string.Join(',', cells)), $"a header with a column '{name}'");
    }

    private static DateTimeOffset Time(string cell, string source, int line) =>
        DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw Bad(source, line, Shorten(cell), "a date and time in ISO 8601");

    private static double Price(string cell, string source, int line) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double price) && Math.Abs(price) <= PriceCurve.MaxPrice
            ? price
            : throw Bad(source, line, Shorten(cell), string.Create(CultureInfo.InvariantCulture, $"a finite number of magnitude {PriceCurve.MaxPrice:G} at most"));

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");

    private static InputValidationException Bad(string source, int line, string value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{source}, line {line}: expected {expected}, found '{value}'."))
        {
            DataSource = source,
            Location = string.Create(CultureInfo.InvariantCulture, $"line {line}"),
            Value = value,
            Expected = expected,
        };
}
