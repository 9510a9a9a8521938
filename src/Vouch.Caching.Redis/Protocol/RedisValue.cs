using System.Globalization;
using System.Text;

namespace Vouch.Caching.Redis.Protocol;

/// <summary>A value of the RESP3 protocol.</summary>
/// <remarks>Immutable and safe to share. Source: the RESP3 specification of the Redis project.</remarks>
public sealed class RedisValue
{
    private static readonly RedisValue[] NoItems = [];

    private readonly byte[]? _bytes;
    private readonly RedisValue[]? _items;
    private readonly double _number;
    private readonly long _integer;

    private RedisValue(RedisValueKind kind, byte[]? bytes = null, RedisValue[]? items = null, long integer = 0, double number = 0)
    {
        Kind = kind;
        _bytes = bytes;
        _items = items;
        _integer = integer;
        _number = number;
    }

    /// <summary>Gets nothing.</summary>
    public static RedisValue Null { get; } = new(RedisValueKind.Null);

    /// <summary>Gets what the value is.</summary>
    public RedisValueKind Kind { get; }

    /// <summary>Gets whether the value is nothing.</summary>
    public bool IsNull => Kind == RedisValueKind.Null;

    /// <summary>Gets the bytes of a string or an error, empty for other kinds.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Gets the elements of an array, map or push, empty for other kinds. A map's keys and values stand in turn.</summary>
    public IReadOnlyList<RedisValue> Items => _items ?? NoItems;

    /// <summary>Gets the integer; of a boolean 0 or 1, of bytes the integer they spell.</summary>
    /// <exception cref="FormatException">The value is none.</exception>
    public long Whole => Kind switch
    {
        RedisValueKind.Whole or RedisValueKind.Boolean => _integer,
        RedisValueKind.Bytes => long.Parse(_bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"A value of kind {Kind} is no integer."),
    };

    /// <summary>Gets the number; of an integer the same.</summary>
    /// <exception cref="FormatException">The value is none.</exception>
    public double Number => Kind switch
    {
        RedisValueKind.Number => _number,
        RedisValueKind.Whole => _integer,
        _ => throw new FormatException($"A value of kind {Kind} is no number."),
    };

    /// <summary>Gets the bytes as UTF-8 text, of an integer its decimal digits.</summary>
    public string Text => Kind switch
    {
        RedisValueKind.Whole or RedisValueKind.Boolean => _integer.ToString(CultureInfo.InvariantCulture),
        RedisValueKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(_bytes ?? []),
    };

    /// <summary>Makes bytes.</summary>
    /// <param name="bytes">The bytes; not copied.</param>
    public static RedisValue OfBytes(byte[] bytes) => new(RedisValueKind.Bytes, bytes);

    /// <summary>Makes bytes from text.</summary>
    /// <param name="text">The text, written as UTF-8.</param>
    public static RedisValue OfText(string text) => new(RedisValueKind.Bytes, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes an integer.</summary>
    /// <param name="value">The integer.</param>
    public static RedisValue OfWhole(long value) => new(RedisValueKind.Whole, integer: value);

    /// <summary>Makes a number.</summary>
    /// <param name="value">The number.</param>
    public static RedisValue OfNumber(double value) => new(RedisValueKind.Number, number: value);

    /// <summary>Makes a truth value.</summary>
    /// <param name="value">The truth value.</param>
    public static RedisValue OfBoolean(bool value) => new(RedisValueKind.Boolean, integer: value ? 1 : 0);

    /// <summary>Makes an error.</summary>
    /// <param name="message">The message, its first word the error's code.</param>
    public static RedisValue OfError(byte[] message) => new(RedisValueKind.Error, message);

    /// <summary>Makes an array, map or push.</summary>
    /// <param name="kind">Which of the three.</param>
    /// <param name="items">The elements; not copied.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is none of the three.</exception>
    public static RedisValue OfItems(RedisValueKind kind, RedisValue[] items) => kind is RedisValueKind.Array or RedisValueKind.Map or RedisValueKind.Push
        ? new RedisValue(kind, items: items)
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Only arrays, maps and pushes have elements.");

    /// <summary>Returns a short description for messages.</summary>
    public override string ToString() => Kind switch
    {
        RedisValueKind.Null => "null",
        RedisValueKind.Array or RedisValueKind.Map or RedisValueKind.Push => $"{Kind} of {Items.Count}",
        RedisValueKind.Bytes when _bytes!.Length > 100 => $"{_bytes.Length} bytes",
        _ => Text,
    };
}
