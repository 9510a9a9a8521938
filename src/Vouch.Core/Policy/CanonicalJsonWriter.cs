using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Policy;

/// <summary>
/// One run of the canonicalization. Values are written in reading order; when an object ends, its members are put in order inside the output.
/// An explicit stack of frames stands in for recursion.
/// </summary>
internal sealed class CanonicalJsonWriter
{
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly Stack<Frame> _frames = new();
    private byte[] _output = [];
    private int _length;

    public ReadOnlySpan<byte> Run(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        RequireUtf8(json);
        _output = new byte[Math.Max(64, json.Length)];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Disallow,
            AllowTrailingCommas = false,
            MaxDepth = CanonicalJson.MaxDepth,
        });
        try
        {
            while (reader.Read())
            {
                Step(ref reader);
            }
        }
        catch (JsonException exception)
        {
            throw Refuse(
                string.Create(CultureInfo.InvariantCulture, $"The text is not JSON: {exception.Message}"),
                reader.BytesConsumed,
                value: null,
                $"one JSON value, nested at most {CanonicalJson.MaxDepth} deep, without comments and trailing commas",
                exception);
        }

        return _output.AsSpan(0, _length);
    }

    private void Step(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                BeginValue();
                Append((byte)'{');
                _frames.Push(new Frame(isObject: true, _length));
                break;
            case JsonTokenType.StartArray:
                BeginValue();
                Append((byte)'[');
                _frames.Push(new Frame(isObject: false, _length));
                break;
            case JsonTokenType.EndObject:
                Sort(_frames.Pop());
                Append((byte)'}');
                break;
            case JsonTokenType.EndArray:
                _frames.Pop();
                Append((byte)']');
                break;
            case JsonTokenType.PropertyName:
                Name(ref reader);
                break;
            case JsonTokenType.String:
                BeginValue();
                Text(ref reader);
                break;
            case JsonTokenType.Number:
                BeginValue();
                Number(ref reader);
                break;
            default:
                BeginValue();
                Append(reader.ValueSpan);
                break;
        }
    }

    private void BeginValue()
    {
        if (_frames.TryPeek(out Frame? frame) && !frame.IsObject && frame.Count++ > 0)
        {
            Append((byte)',');
        }
    }

    private void Name(ref Utf8JsonReader reader)
    {
        Frame frame = _frames.Peek();
        string name = Decode(ref reader);
        if (frame.Members.Count > 0)
        {
            Append((byte)',');
        }

        frame.Members.Add(new Member(name, _length, reader.TokenStartIndex));
        Quote(name);
        Append((byte)':');
    }

    private void Text(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            Quote(Decode(ref reader));
            return;
        }

        // Without an escape, the literal holds nothing that needs one.
        Append((byte)'"');
        Append(reader.ValueSpan);
        Append((byte)'"');
    }

    private void Number(ref Utf8JsonReader reader)
    {
        if (!CanonicalNumber.TryRead(reader.ValueSpan, out double value))
        {
            string literal = Shorten(Encoding.ASCII.GetString(reader.ValueSpan));
            throw Refuse(
                $"The number {literal} cannot be kept as an IEEE 754 double; write it as a string.",
                reader.TokenStartIndex,
                literal,
                "a finite number of at most 17 significant digits, or an integer that a double holds");
        }

        Reserve(CanonicalNumber.MaxLength);
        _length += CanonicalNumber.Format(value, _output.AsSpan(_length));
    }

    private string Decode(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            string literal = Shorten(Encoding.UTF8.GetString(reader.ValueSpan));
            throw Refuse("A string holds a surrogate without its twin.", reader.TokenStartIndex, literal, "well-formed Unicode", exception);
        }
    }

    private void Quote(string text)
    {
        Append((byte)'"');
        ReadOnlySpan<char> rest = text;
        while (true)
        {
            int plain = rest.IndexOfAny(Escaped);
            ReadOnlySpan<char> run = plain < 0 ? rest : rest[..plain];
            Reserve(Encoding.UTF8.GetMaxByteCount(run.Length));
            _length += Encoding.UTF8.GetBytes(run, _output.AsSpan(_length));
            if (plain < 0)
            {
                break;
            }

            Escape(rest[plain]);
            rest = rest[(plain + 1)..];
        }

        Append((byte)'"');
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static unit => (char)unit), '"', '\\']);

    private void Escape(char unit)
    {
        switch (unit)
        {
            case '"': Append("\\\""u8); break;
            case '\\': Append("\\\\"u8); break;
            case '\b': Append("\\b"u8); break;
            case '\t': Append("\\t"u8); break;
            case '\n': Append("\\n"u8); break;
            case '\f': Append("\\f"u8); break;
            case '\r': Append("\\r"u8); break;
            default:
                Append("\\u00"u8);
                Append((byte)(unit < 0x10 ? '0' : '1'));
                Append((byte)"0123456789abcdef"[unit & 0xF]);
                break;
        }
    }

    private void Sort(Frame frame)
    {
        List<Member> members = frame.Members;
        if (members.Count < 2)
        {
            return;
        }

        bool inOrder = true;
        for (int i = 1; i < members.Count && inOrder; i++)
        {
            inOrder = string.CompareOrdinal(members[i - 1].Name, members[i].Name) < 0;
        }

        if (inOrder)
        {
            return;
        }

        for (int i = 0; i < members.Count; i++)
        {
            // A member ends where the comma before the next one stands; the last one ends with the output.
            int stop = i + 1 < members.Count ? members[i + 1].Start - 1 : _length;
            members[i] = members[i] with { Length = stop - members[i].Start };
        }

        // Ordinal comparison of .NET strings is the comparison of UTF-16 code units that RFC 8785, section 3.2.3, asks for.
        members.Sort(static (left, right) =>
        {
            int order = string.CompareOrdinal(left.Name, right.Name);
            return order != 0 ? order : left.Offset.CompareTo(right.Offset);
        });
        _scratch.ResetWrittenCount();
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (string.Equals(members[i - 1].Name, members[i].Name, StringComparison.Ordinal))
                {
                    string name = Shorten(members[i].Name);
                    throw Refuse($"The member \"{name}\" stands twice in one object.", members[i].Offset, name, "each member once", member: name);
                }

                _scratch.Write(","u8);
            }

            _scratch.Write(_output.AsSpan(members[i].Start, members[i].Length));
        }

        _scratch.WrittenSpan.CopyTo(_output.AsSpan(frame.Start));
    }

    private static void RequireUtf8(ReadOnlySpan<byte> json)
    {
        if (Utf8.IsValid(json))
        {
            return;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(json[at..], out _, out int consumed) == OperationStatus.Done)
        {
            at += consumed;
        }

        throw new InputValidationException(string.Create(CultureInfo.InvariantCulture, $"The text is not UTF-8 at byte {at}."))
        {
            Location = string.Create(CultureInfo.InvariantCulture, $"byte {at}"),
            Value = string.Create(CultureInfo.InvariantCulture, $"0x{json[at]:X2}"),
            Expected = "UTF-8",
        };
    }

    private InputValidationException Refuse(string message, long offset, string? value, string expected, Exception? cause = null, string? member = null)
    {
        string location = string.Create(CultureInfo.InvariantCulture, $"{Path()}{(member is null ? null : ".")}{member} (byte {offset})");
        return new InputValidationException($"{message} Found at {location}.", cause) { Location = location, Value = value, Expected = expected };
    }

    private string Path()
    {
        var path = new StringBuilder("$");
        foreach (Frame frame in _frames.Reverse())
        {
            if (!frame.IsObject)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{Math.Max(0, frame.Count - 1)}]");
            }
            else if (frame.Members.Count > 0)
            {
                path.Append('.').Append(Shorten(frame.Members[^1].Name));
            }
        }

        return path.ToString();
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");

    private void Append(byte value)
    {
        Reserve(1);
        _output[_length++] = value;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_output.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_output.Length - _length < bytes)
        {
            Array.Resize(ref _output, Math.Max(_output.Length * 2, _length + bytes));
        }
    }

    private sealed class Frame(bool isObject, int start)
    {
        public bool IsObject { get; } = isObject;

        /// <summary>Where the first member or element begins in the output.</summary>
        public int Start { get; } = start;

        public int Count { get; set; }

        public List<Member> Members => field ??= [];
    }

    private readonly record struct Member(string Name, int Start, long Offset, int Length = 0);
}
