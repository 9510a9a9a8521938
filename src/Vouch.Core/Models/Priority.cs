using System.Globalization;
using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>How much a job matters beside others: 1 (can wait) to 10 (first of all).</summary>
/// <remarks>Immutable and safe to share. The default value of the struct is <see cref="Normal"/>.</remarks>
[JsonConverter(typeof(PriorityJsonConverter))]
public readonly record struct Priority : IComparable<Priority>
{
    /// <summary>The level of the least important jobs.</summary>
    public const int MinLevel = 1;

    /// <summary>The level of the most important jobs.</summary>
    public const int MaxLevel = 10;

    private const int NormalLevel = 5;

    private readonly int _offset;

    /// <summary>Initializes a priority.</summary>
    /// <param name="level">1 (lowest) to 10 (highest).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is outside 1..10.</exception>
    public Priority(int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, MinLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        _offset = level - NormalLevel;
    }

    /// <summary>Gets the lowest priority, 1.</summary>
    public static Priority Lowest => new(MinLevel);

    /// <summary>Gets the usual priority, 5.</summary>
    public static Priority Normal => default;

    /// <summary>Gets the highest priority, 10.</summary>
    public static Priority Highest => new(MaxLevel);

    /// <summary>Gets the level.</summary>
    /// <value>1 (lowest) to 10 (highest).</value>
    public int Level => _offset + NormalLevel;

    /// <summary>Compares by level; the more important priority is the greater.</summary>
    /// <param name="other">The priority to compare with.</param>
    /// <returns>A negative number, zero or a positive number.</returns>
    public int CompareTo(Priority other) => _offset.CompareTo(other._offset);

    /// <summary>Tells whether one priority is lower than another.</summary>
    /// <param name="left">The first priority.</param>
    /// <param name="right">The second priority.</param>
    public static bool operator <(Priority left, Priority right) => left._offset < right._offset;

    /// <summary>Tells whether one priority is higher than another.</summary>
    /// <param name="left">The first priority.</param>
    /// <param name="right">The second priority.</param>
    public static bool operator >(Priority left, Priority right) => left._offset > right._offset;

    /// <summary>Tells whether one priority is not higher than another.</summary>
    /// <param name="left">The first priority.</param>
    /// <param name="right">The second priority.</param>
    public static bool operator <=(Priority left, Priority right) => left._offset <= right._offset;

    /// <summary>Tells whether one priority is not lower than another.</summary>
    /// <param name="left">The first priority.</param>
    /// <param name="right">The second priority.</param>
    public static bool operator >=(Priority left, Priority right) => left._offset >= right._offset;

    /// <summary>Returns the level as text.</summary>
    public override string ToString() => Level.ToString(CultureInfo.InvariantCulture);
}
