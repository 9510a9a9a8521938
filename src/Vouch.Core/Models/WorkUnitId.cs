using System.Text.Json.Serialization;
using Vouch.Core.Validation;

namespace Vouch.Core.Models;

/// <summary>Names one unit of a job: the smallest piece of work that is sent out, verified and accepted as a whole. Two ids are equal when their texts are, code unit by code unit.</summary>
/// <remarks>Immutable and safe to share. The default value holds no text and is refused by every Vouch API.</remarks>
[JsonConverter(typeof(WorkUnitIdJsonConverter))]
public readonly record struct WorkUnitId : IComparable<WorkUnitId>
{
    /// <summary>The greatest length of an id, in UTF-16 code units.</summary>
    public const int MaxLength = 200;

    private readonly string? _value;

    /// <summary>Initializes a new id.</summary>
    /// <param name="value">1 to <see cref="MaxLength"/> characters, not all blank, none of them a control character or a lone surrogate.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, blank, too long or holds a control character or a lone surrogate.</exception>
    public WorkUnitId(string value) => _value = Boundary.Text(value, MaxLength);

    /// <summary>Gets the text of the id.</summary>
    /// <exception cref="InvalidOperationException">The id is the default value.</exception>
    public string Value => _value ?? throw new InvalidOperationException("A default WorkUnitId names no unit; construct it from text.");

    /// <summary>Gets whether the id was never given a text.</summary>
    public bool IsDefault => _value is null;

    /// <summary>Compares by ordinal text order; the default value comes first.</summary>
    /// <param name="other">The id to compare with.</param>
    /// <returns>A negative number, zero or a positive number.</returns>
    public int CompareTo(WorkUnitId other) => string.CompareOrdinal(_value, other._value);

    /// <summary>Tells whether one id sorts before another.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    public static bool operator <(WorkUnitId left, WorkUnitId right) => left.CompareTo(right) < 0;

    /// <summary>Tells whether one id sorts after another.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    public static bool operator >(WorkUnitId left, WorkUnitId right) => left.CompareTo(right) > 0;

    /// <summary>Tells whether one id sorts before another or is equal to it.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    public static bool operator <=(WorkUnitId left, WorkUnitId right) => left.CompareTo(right) <= 0;

    /// <summary>Tells whether one id sorts after another or is equal to it.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    public static bool operator >=(WorkUnitId left, WorkUnitId right) => left.CompareTo(right) >= 0;

    /// <summary>Returns the text of the id, empty for the default value.</summary>
    public override string ToString() => _value ?? string.Empty;
}
