using System.Runtime.CompilerServices;

namespace Vouch.Core.Models;

/// <summary>The rule that every id obeys: printable, bounded, not blank.</summary>
internal static class Identifier
{
    public static string Require(string value, int maxLength, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        if (value.Length > maxLength)
        {
            throw new ArgumentException($"An id has at most {maxLength} characters; this one has {value.Length}.", name);
        }

        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]))
            {
                throw new ArgumentException($"An id holds no control characters; U+{(int)value[i]:X4} stands at position {i}.", name);
            }
        }

        return value;
    }
}
