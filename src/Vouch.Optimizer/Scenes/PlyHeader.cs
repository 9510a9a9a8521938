using System.Buffers.Text;

namespace Vouch.Optimizer.Scenes;

/// <summary>The header of a PLY file: encoding, elements and their properties.</summary>
internal sealed class PlyHeader
{
    private const int MaxHeaderLines = 10_000;
    private const int MaxNameBytes = 256;

    public string Encoding { get; private set; } = "";

    public List<Element> Elements { get; } = [];

    /// <summary>Reads a header up to and with its last line; null, with the problem reported, where it is none.</summary>
    public static PlyHeader? Read(LineReader lines, ProblemLog problems)
    {
        var header = new PlyHeader();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            line = line.Trim(" \t\r"u8);
            string location = $"line {lines.Line}";
            if (lines.Line == 1)
            {
                if (!line.SequenceEqual("ply"u8))
                {
                    problems.Error(SceneProblemKind.Syntax, location, "A PLY file starts with the line 'ply'.");
                    return null;
                }
            }
            else if (line.SequenceEqual("end_header"u8))
            {
                if (header.Encoding.Length == 0)
                {
                    problems.Error(SceneProblemKind.Syntax, location, "The header names no format.");
                    return null;
                }

                return header;
            }
            else if (lines.Line > MaxHeaderLines)
            {
                problems.Error(SceneProblemKind.LimitExceeded, location, $"The header is longer than {MaxHeaderLines} lines.");
                return null;
            }
            else if (!header.Statement(line, problems, location))
            {
                return null;
            }
        }

        problems.Error(SceneProblemKind.Truncated, $"line {lines.Line}", "The header has no end_header.");
        return null;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t"u8);
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word;
    }

    private static int SizeOf(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("char"u8) || type.SequenceEqual("uchar"u8) || type.SequenceEqual("int8"u8) || type.SequenceEqual("uint8"u8) ? 1
        : type.SequenceEqual("short"u8) || type.SequenceEqual("ushort"u8) || type.SequenceEqual("int16"u8) || type.SequenceEqual("uint16"u8) ? 2
        : type.SequenceEqual("int"u8) || type.SequenceEqual("uint"u8) || type.SequenceEqual("int32"u8) || type.SequenceEqual("uint32"u8)
            || type.SequenceEqual("float"u8) || type.SequenceEqual("float32"u8) ? 4
        : type.SequenceEqual("double"u8) || type.SequenceEqual("float64"u8) ? 8
        : 0;

    private bool Statement(ReadOnlySpan<byte> line, ProblemLog problems, string location)
    {
        ReadOnlySpan<byte> rest = line;
        ReadOnlySpan<byte> keyword = Word(ref rest);
        if (keyword.IsEmpty || keyword.SequenceEqual("comment"u8) || keyword.SequenceEqual("obj_info"u8))
        {
            return true;
        }

        if (keyword.SequenceEqual("format"u8))
        {
            ReadOnlySpan<byte> encoding = Word(ref rest);
            Encoding = System.Text.Encoding.UTF8.GetString(encoding[..Math.Min(encoding.Length, 32)]);
            return Encoding is "ascii" or "binary_little_endian" or "binary_big_endian"
                || Fail(problems, location, "The format is ascii, binary_little_endian or binary_big_endian.");
        }

        if (keyword.SequenceEqual("element"u8))
        {
            ReadOnlySpan<byte> name = Word(ref rest);
            ReadOnlySpan<byte> number = Word(ref rest);
            if (name.Length is 0 or > MaxNameBytes || !Utf8Parser.TryParse(number, out long count, out int consumed) || consumed != number.Length || count < 0)
            {
                return Fail(problems, location, "An element reads 'element <name> <count>' with a count of 0 or more.");
            }

            string text = System.Text.Encoding.UTF8.GetString(name);
            if (Elements.Exists(element => element.Name == text))
            {
                problems.Error(SceneProblemKind.Schema, location, $"The element '{text}' is declared twice.");
            }

            Elements.Add(new Element(text, count, []));
            return true;
        }

        if (keyword.SequenceEqual("property"u8))
        {
            return ReadProperty(rest, problems, location);
        }

        // Some exporters write comments without the word; nothing that is counted hangs on such a line.
        problems.Warning(SceneProblemKind.Syntax, location, "A header line starts with format, element, property, comment, obj_info or end_header; this one was passed over.");
        return true;
    }

    private bool ReadProperty(ReadOnlySpan<byte> rest, ProblemLog problems, string location)
    {
        if (Elements.Count == 0)
        {
            return Fail(problems, location, "A property stands below its element.");
        }

        ReadOnlySpan<byte> type = Word(ref rest);
        int countSize = 0;
        bool isCountSigned = false;
        if (type.SequenceEqual("list"u8))
        {
            ReadOnlySpan<byte> countType = Word(ref rest);
            countSize = SizeOf(countType);
            isCountSigned = !countType.IsEmpty && countType[0] != (byte)'u';
            type = Word(ref rest);
            if (countSize == 0 || countType[0] is (byte)'f' or (byte)'d')
            {
                return Fail(problems, location, "The count of a list has a whole-number type.");
            }
        }

        int size = SizeOf(type);
        ReadOnlySpan<byte> name = Word(ref rest);
        if (size == 0 || name.Length is 0 or > MaxNameBytes)
        {
            return Fail(problems, location, "A property reads 'property <type> <name>' or 'property list <type> <type> <name>'.");
        }

        bool isCorners = countSize > 0 && (name.SequenceEqual("vertex_indices"u8) || name.SequenceEqual("vertex_index"u8));
        Elements[^1].Properties.Add(new Property(size, countSize, isCountSigned, isCorners));
        return true;
    }

    private static bool Fail(ProblemLog problems, string location, string message)
    {
        problems.Error(SceneProblemKind.Syntax, location, message);
        return false;
    }

    /// <summary>An element with its declared count.</summary>
    internal sealed record Element(string Name, long Count, List<Property> Properties)
    {
        /// <summary>Bytes of one element in binary, or -1 where lists make it vary.</summary>
        public long FixedBytes => Properties.Exists(static property => property.CountBytes > 0) ? -1 : Properties.Sum(static property => (long)property.Bytes);

        public bool HasCorners => Properties.Exists(static property => property.IsCorners);
    }

    /// <summary>A property: bytes of one value, bytes of the count of a list (0 for a single value), and whether it lists a face's corners.</summary>
    internal readonly record struct Property(int Bytes, int CountBytes, bool IsCountSigned, bool IsCorners);
}
