using System.Globalization;

namespace Vouch.Economy.Scheduling;

/// <summary>One uninterrupted piece of a job: the slots <c>Start .. Start + Length - 1</c>.</summary>
/// <param name="Start">The first slot.</param>
/// <param name="Length">The number of slots.</param>
public readonly record struct Segment(int Start, int Length)
{
    /// <summary>Gets the slot after the last one.</summary>
    public int End => Start + Length;

    /// <summary>Returns the piece as text, such as <c>[12, 15)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Start}, {End})");
}
