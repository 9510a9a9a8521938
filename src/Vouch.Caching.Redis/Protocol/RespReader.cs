using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Vouch.Caching.Redis.Protocol;

/// <summary>
/// Turns the bytes of a connection into values, in whatever pieces they come: the values depend on the bytes alone, not on where they were cut. Holds no more than
/// <see cref="RespLimits"/> allow and takes nothing on trust: memory is taken as bytes arrive, not as lengths are announced.
/// </summary>
/// <remarks>One thread at a time. O(length) in all, whatever the pieces. Attributes (<c>|</c>) are read and left out; streamed types, which no server sends, are refused.</remarks>
public sealed class RespReader
{
    private const int MaxLine = 64 << 10;
    private const int FirstBytes = 64 << 10;

    private readonly RespLimits _limits;
    private readonly Stack<Level> _levels = new();
    private byte[] _line = new byte[64];        // the line being read, without its type byte
    private int _lineLength;
    private byte _type;                         // 0 while the next byte is a type
    private bool _afterReturn;
    private byte[]? _bulk;
    private int _bulkLength;
    private int _bulkFilled;
    private int _bulkEnd;                       // of the two bytes after a bulk string
    private RedisValueKind _bulkKind;
    private bool _bulkVerbatim;
    private int _items;
    private bool _broken;

    /// <summary>Initializes a reader.</summary>
    /// <param name="limits">How much a peer may ask it to hold, or null for the defaults.</param>
    public RespReader(RespLimits? limits = null) => _limits = limits ?? new RespLimits();

    /// <summary>Gets how many bytes have been read.</summary>
    public long Position { get; private set; }

    /// <summary>Reads as far as the next value is complete, or all there is.</summary>
    /// <param name="source">The bytes that came; what was read is cut off its front.</param>
    /// <param name="value">The value, null where more bytes are needed.</param>
    /// <returns>Whether a value is complete.</returns>
    /// <exception cref="RedisProtocolException">The bytes are not RESP3, or break a limit. Every later call says the same.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> source, [NotNullWhen(true)] out RedisValue? value)
    {
        if (_broken)
        {
            throw Broken("The connection was given up before");
        }

        while (!source.IsEmpty)
        {
            RedisValue? read = _bulk is not null ? ReadBulk(ref source) : ReadLine(ref source);
            if (read is not null && Complete(read) is { } whole)
            {
                _items = 0;
                value = whole;
                return true;
            }
        }

        value = null;
        return false;
    }

    private RedisValue? ReadLine(ref ReadOnlySpan<byte> source)
    {
        if (_type == 0)
        {
            _type = source[0];
            Advance(ref source, 1);
            return "+-:_,#$!=(*~%>|".Contains((char)_type, StringComparison.Ordinal) ? null : throw Broken($"A value begins with its type; byte {_type} is none");
        }

        if (_afterReturn)
        {
            if (source[0] != (byte)'\n')
            {
                throw Broken("A line ends with CR LF; after CR came another byte");
            }

            Advance(ref source, 1);
            _afterReturn = false;
            RedisValue? value = Interpret(_line.AsSpan(0, _lineLength));
            _lineLength = 0;
            return value;
        }

        int end = source.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> piece = end < 0 ? source : source[..end];
        if (_lineLength + piece.Length > MaxLine)
        {
            throw Broken($"A line is longer than {MaxLine} bytes");
        }

        if (_lineLength + piece.Length > _line.Length)
        {
            Array.Resize(ref _line, Math.Max(_line.Length * 2, _lineLength + piece.Length));
        }

        piece.CopyTo(_line.AsSpan(_lineLength));
        _lineLength += piece.Length;
        Advance(ref source, piece.Length);
        if (end >= 0)
        {
            if (source[0] == (byte)'\n')
            {
                throw Broken("A line ends with CR LF; LF came alone");
            }

            Advance(ref source, 1);
            _afterReturn = true;
        }

        return null;
    }

    // A whole line; null where what it announces is still to come.
    private RedisValue? Interpret(ReadOnlySpan<byte> line)
    {
        byte type = _type;
        _type = 0;
        switch (type)
        {
            case (byte)'+':
                return RedisValue.OfBytes(line.ToArray());
            case (byte)'-':
                return RedisValue.OfError(line.ToArray());
            case (byte)'(':
                return IsInteger(line) ? RedisValue.OfBytes(line.ToArray()) : throw Broken("A big number is decimal digits");
            case (byte)':':
                return RedisValue.OfWhole(ParseInteger(line));
            case (byte)'_':
                return line.IsEmpty ? RedisValue.Null : throw Broken("A null is an empty line");
            case (byte)'#':
                return line is [(byte)'t' or (byte)'f'] ? RedisValue.OfBoolean(line[0] == (byte)'t') : throw Broken("A truth value is t or f");
            case (byte)',':
                return RedisValue.OfNumber(ParseNumber(line));
            case (byte)'$' or (byte)'!' or (byte)'=':
                return BeginBulk(type, ParseInteger(line));
            default:
                return BeginItems(type, ParseInteger(line));
        }
    }

    private RedisValue? BeginBulk(byte type, long length)
    {
        if (length == -1 && type == (byte)'$')
        {
            return RedisValue.Null;
        }

        if (length < 0 || length > _limits.MaxBytes)
        {
            throw Broken($"A string's length lies in [0, {_limits.MaxBytes}]; it is {length}");
        }

        _bulkKind = type == (byte)'!' ? RedisValueKind.Error : RedisValueKind.Bytes;
        _bulkVerbatim = type == (byte)'=';
        _bulkLength = (int)length;
        _bulkFilled = 0;
        _bulkEnd = 0;
        _bulk = new byte[Math.Min(_bulkLength, FirstBytes)];
        return null;
    }

    private RedisValue? ReadBulk(ref ReadOnlySpan<byte> source)
    {
        int count = Math.Min(source.Length, _bulkLength - _bulkFilled);
        if (_bulkFilled + count > _bulk!.Length)
        {
            // A long string takes memory as it arrives.
            Array.Resize(ref _bulk, (int)Math.Min(_bulkLength, Math.Max(_bulk.Length * 2L, _bulkFilled + (long)count)));
        }

        source[..count].CopyTo(_bulk.AsSpan(_bulkFilled));
        _bulkFilled += count;
        Advance(ref source, count);
        while (_bulkFilled == _bulkLength && _bulkEnd < 2 && !source.IsEmpty)
        {
            if (source[0] != (_bulkEnd == 0 ? (byte)'\r' : (byte)'\n'))
            {
                throw Broken("A string ends with CR LF");
            }

            Advance(ref source, 1);
            _bulkEnd++;
        }

        if (_bulkEnd < 2)
        {
            return null;
        }

        byte[] bytes = _bulk;
        _bulk = null;
        if (_bulkVerbatim)
        {
            // Three letters and a colon say how the text is meant.
            bytes = bytes.Length >= 4 && bytes[3] == (byte)':' ? bytes[4..] : throw Broken("A verbatim string begins with three letters and a colon");
        }

        return _bulkKind == RedisValueKind.Error ? RedisValue.OfError(bytes) : RedisValue.OfBytes(bytes);
    }

    private RedisValue? BeginItems(byte type, long count)
    {
        if (count == -1 && type == (byte)'*')
        {
            return RedisValue.Null;
        }

        bool pairs = type is (byte)'%' or (byte)'|';
        if (count < 0 || count > (_limits.MaxItems - _items) / (pairs ? 2 : 1))
        {
            throw Broken($"A frame has at most {_limits.MaxItems} elements in all; one of its parts announces {count}");
        }

        RedisValueKind kind = type switch { (byte)'%' => RedisValueKind.Map, (byte)'>' => RedisValueKind.Push, _ => RedisValueKind.Array };
        if (kind == RedisValueKind.Push && _levels.Count > 0)
        {
            throw Broken("A push stands by itself");
        }

        int items = (int)count * (pairs ? 2 : 1);
        _items += items;
        if (items == 0)
        {
            return type == (byte)'|' ? null : RedisValue.OfItems(kind, []);
        }

        if (_levels.Count >= _limits.MaxDepth)
        {
            throw Broken($"Values stand at most {_limits.MaxDepth} levels within each other");
        }

        _levels.Push(new Level(kind, items, type == (byte)'|'));
        return null;
    }

    // Puts a value where it belongs; returns the outermost one when it is complete.
    private RedisValue? Complete(RedisValue value)
    {
        while (_levels.TryPeek(out Level? level))
        {
            level.Items.Add(value);
            if (level.Items.Count < level.Count)
            {
                return null;
            }

            _levels.Pop();
            if (level.IsAttribute)
            {
                return null;
            }

            value = RedisValue.OfItems(level.Kind, [.. level.Items]);
        }

        return value;
    }

    private long ParseInteger(ReadOnlySpan<byte> line) =>
        IsInteger(line) && long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Broken("A 64-bit integer was expected");

    private static bool IsInteger(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> digits = line.Length > 1 && line[0] is (byte)'-' or (byte)'+' ? line[1..] : line;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private double ParseNumber(ReadOnlySpan<byte> line) => line switch
    {
        [(byte)'i', (byte)'n', (byte)'f'] => double.PositiveInfinity,
        [(byte)'-', (byte)'i', (byte)'n', (byte)'f'] => double.NegativeInfinity,
        [(byte)'n', (byte)'a', (byte)'n'] or [(byte)'-', (byte)'n', (byte)'a', (byte)'n'] => double.NaN,
        _ => Utf8Parser.TryParse(line, out double value, out int used) && used == line.Length ? value : throw Broken("A number was expected"),
    };

    private void Advance(ref ReadOnlySpan<byte> source, int count)
    {
        source = source[count..];
        Position += count;
    }

    private RedisProtocolException Broken(string message)
    {
        _broken = true;
        return new RedisProtocolException(message, Position);
    }

    private sealed class Level(RedisValueKind kind, int count, bool isAttribute)
    {
        public RedisValueKind Kind { get; } = kind;

        public int Count { get; } = count;

        public bool IsAttribute { get; } = isAttribute;

        public List<RedisValue> Items { get; } = [];
    }
}
