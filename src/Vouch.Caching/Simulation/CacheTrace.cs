using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vouch.Core.Exceptions;

namespace Vouch.Caching.Simulation;

/// <summary>A recorded stream of cache requests, to compare policies on: which key each request asked for and, where it was recorded, how large the object is.</summary>
/// <remarks>Immutable and safe to share. It takes 4 bytes per request, with sizes 12.</remarks>
public sealed class CacheTrace
{
    private readonly int[] _keys;
    private readonly long[]? _sizes;

    private CacheTrace(int[] keys, long[]? sizes, int uniqueKeys)
    {
        _keys = keys;
        _sizes = sizes;
        UniqueKeys = uniqueKeys;
    }

    /// <summary>Gets how many different keys there are.</summary>
    public int UniqueKeys { get; }

    /// <summary>Gets the keys in request order, numbered from 0 in order of first appearance.</summary>
    public ReadOnlyMemory<int> Keys => _keys;

    /// <summary>Gets the object size of each request, at least 1, in the trace's unit; empty when the trace has none.</summary>
    public ReadOnlyMemory<long> Sizes => _sizes;

    /// <summary>Gets a value indicating whether the trace tells sizes.</summary>
    public bool IsSized => _sizes is not null;

    /// <summary>Makes a trace of a host's own keys.</summary>
    /// <typeparam name="TKey">What identifies an object.</typeparam>
    /// <param name="requests">The keys in request order.</param>
    /// <param name="comparer">How keys are compared; null for the default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="requests"/> is null.</exception>
    public static CacheTrace Create<TKey>(IEnumerable<TKey> requests, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(requests);
        var numbers = new Dictionary<TKey, int>(comparer);
        var keys = new List<int>();
        foreach (TKey key in requests)
        {
            keys.Add(Number(numbers, key));
        }

        return new CacheTrace([.. keys], null, numbers.Count);
    }

    /// <summary>Makes a trace of a host's own keys with object sizes.</summary>
    /// <typeparam name="TKey">What identifies an object.</typeparam>
    /// <param name="requests">Keys and sizes in request order; sizes at least 1.</param>
    /// <param name="comparer">How keys are compared; null for the default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="requests"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static CacheTrace Create<TKey>(IEnumerable<(TKey Key, long Size)> requests, IEqualityComparer<TKey>? comparer = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(requests);
        var numbers = new Dictionary<TKey, int>(comparer);
        var keys = new List<int>();
        var sizes = new List<long>();
        foreach ((TKey key, long size) in requests)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(requests));
            keys.Add(Number(numbers, key));
            sizes.Add(size);
        }

        return new CacheTrace([.. keys], [.. sizes], numbers.Count);
    }

    /// <summary>Reads a trace file: one request per line, a decimal key below 2^64, then after a space a decimal size if the trace has sizes. Files that end in <c>.gz</c> are unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InputValidationException">A line is not a request, or the file is damaged. It names the file and the line.</exception>
    public static CacheTrace Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileStream file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return Read(file, path);
        }

        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        return Read(unpacked, path);
    }

    /// <summary>Reads a trace from unpacked text in the format of <see cref="Read(string)"/>.</summary>
    /// <param name="text">The text; not closed.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InputValidationException">A line is not a request, or the stream is damaged. It names the source and the line.</exception>
    public static CacheTrace Read(Stream text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new StreamReader(text, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16, leaveOpen: true);
        var numbers = new Dictionary<ulong, int>();
        var keys = new List<int>();
        List<long>? sizes = null;
        long line = 0;
        try
        {
            while (reader.ReadLine() is string request)
            {
                line++;
                ReadOnlySpan<char> trimmed = request.AsSpan().Trim();
                int space = trimmed.IndexOfAny(' ', '\t');
                if (!ulong.TryParse(space < 0 ? trimmed : trimmed[..space], NumberStyles.None, CultureInfo.InvariantCulture, out ulong key))
                {
                    throw Refused(source, line, request, "a decimal key below 2^64");
                }

                if (keys.Count == 0 && space >= 0)
                {
                    sizes = [];
                }

                if (space >= 0 != sizes is not null)
                {
                    throw Refused(source, line, request, sizes is null ? "a key without a size, as in the first line" : "a key and a size, as in the first line");
                }

                if (sizes is not null)
                {
                    if (!long.TryParse(trimmed[space..].TrimStart(), NumberStyles.None, CultureInfo.InvariantCulture, out long size) || size < 1)
                    {
                        throw Refused(source, line, request, "a decimal size of at least 1 after the key");
                    }

                    sizes.Add(size);
                }

                keys.Add(Number(numbers, key));
            }
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            throw new InputValidationException($"The trace '{source}' is damaged after line {line}: {damage.Message}", damage)
            {
                DataSource = source,
                Location = $"line {line + 1}",
                Expected = "an undamaged gzip file",
            };
        }

        return new CacheTrace([.. keys], sizes is null ? null : [.. sizes], numbers.Count);
    }

    private static InputValidationException Refused(string source, long line, string found, string expected)
    {
        string value = found.Length <= 60 ? found : string.Concat(found.AsSpan(0, 60), "…");
        return new InputValidationException($"Line {line} of the trace '{source}' reads '{value}'; expected {expected}.")
        {
            DataSource = source,
            Location = $"line {line}",
            Value = value,
            Expected = expected,
        };
    }

    private static int Number<TKey>(Dictionary<TKey, int> numbers, TKey key)
        where TKey : notnull
    {
        ref int number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(numbers, key, out bool known);
        if (!known)
        {
            number = numbers.Count - 1;
        }

        return number;
    }
}
