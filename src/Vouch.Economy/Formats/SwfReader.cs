using System.Globalization;
using System.IO.Compression;
using Vouch.Core.Exceptions;

namespace Vouch.Economy.Formats;

/// <summary>Reads job logs in the standard workload format (SWF), plain or gzipped.</summary>
/// <remarks>
/// <para>
/// The format (S. J. Chapin et al., <i>Job Scheduling Strategies for Parallel Processing</i>, 1999): a header of <c>; Name: value</c> lines, then 18 numbers per line;
/// -1 stands for unknown. Further columns are passed over; a line with fewer is refused, as is a number that stands twice.
/// </para>
/// <para>Thread-safe. Whatever is wrong with the data ends in an <see cref="InputValidationException"/> with the line, the value and what was expected.</para>
/// </remarks>
public static class SwfReader
{
    /// <summary>The columns of a line.</summary>
    private const int Columns = 18;

    /// <summary>Reads a file, gzipped where its name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The log.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SwfLog ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        bool zipped = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using Stream stream = zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        try
        {
            return Read(reader, path);
        }
        catch (InvalidDataException error)
        {
            throw new InputValidationException($"{path}: not a gzip file, or cut short: {error.Message}", error) { DataSource = path, Location = "line 1", Expected = "gzipped text" };
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text; left open.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <returns>The log; a text without jobs gives a log without jobs.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    public static SwfLog Read(TextReader reader, string source = "text")
    {
        ArgumentNullException.ThrowIfNull(reader);
        var header = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var jobs = new List<SwfJob>();
        var seen = new HashSet<long>();
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
            if (trimmed.Length == 0)
            {
                continue;
            }

            if (trimmed[0] == ';')
            {
                string comment = trimmed.TrimStart(';').Trim().ToString();
                int colon = comment.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0)
                {
                    header.TryAdd(comment[..colon].Trim(), comment[(colon + 1)..].Trim());
                }

                continue;
            }

            SwfJob job = new Row(source, line, text).Job();
            if (!seen.Add(job.Number))
            {
                throw Bad(source, line, job.Number.ToString(CultureInfo.InvariantCulture), "a job number that has not stood before");
            }

            jobs.Add(job);
        }

        return new SwfLog(header, jobs);
    }

    private static InputValidationException Bad(string source, int line, string value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{source}, line {line}: expected {expected}, found '{value}'."))
        {
            DataSource = source,
            Location = string.Create(CultureInfo.InvariantCulture, $"line {line}"),
            Value = value,
            Expected = expected,
        };

    private readonly struct Row
    {
        private readonly string _source;
        private readonly int _line;
        private readonly string[] _cells;

        public Row(string source, int line, string text)
        {
            _source = source;
            _line = line;
            _cells = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (_cells.Length < Columns)
            {
                throw Bad(source, line, text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "..."), string.Create(CultureInfo.InvariantCulture, $"{Columns} numbers"));
            }
        }

        public SwfJob Job() => new(
            Whole(0) ?? throw Missing(0, "a job number of 0 or more"),
            Whole(1) ?? throw Missing(1, "a time of submission of 0 or more"),
            Whole(2),
            Whole(3),
            Whole(4),
            Number(5),
            Number(6),
            Whole(7),
            Whole(8),
            Number(9),
            Code(10),
            Code(11),
            Code(12),
            Code(13),
            Code(14),
            Code(15),
            Whole(16),
            Whole(17));

        /// <summary>A number of 0 or more, or null for the -1 that stands for unknown.</summary>
        private double? Number(int column)
        {
            if (!double.TryParse(_cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value is -1 or (>= 0 and <= 1e15)))
            {
                throw Missing(column, "a number in [0, 1E15], or -1 for unknown");
            }

            return value < 0 ? null : value;
        }

        /// <summary>As <see cref="Number"/>; logs write whole numbers with a fraction here and there, which is rounded to the nearest.</summary>
        private long? Whole(int column) => Number(column) is { } value ? (long)Math.Round(value) : null;

        private int? Code(int column) =>
            Whole(column) is not { } value ? null : value <= int.MaxValue ? (int)value : throw Missing(column, "a number in [0, 2147483647], or -1 for unknown");

        private InputValidationException Missing(int column, string expected) =>
            Bad(_source, _line, _cells[column], string.Create(CultureInfo.InvariantCulture, $"{expected} in column {column + 1}"));
    }
}
