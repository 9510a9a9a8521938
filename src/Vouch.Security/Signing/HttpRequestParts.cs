using System.Text;

namespace Vouch.Security.Signing;

/// <summary>A request as it came over the wire: what signatures are made over.</summary>
/// <remarks>Immutable as long as the body is left alone. No part is decoded or normalised.</remarks>
public sealed class HttpRequestParts
{
    private static readonly char[] Whitespace = [(char)32, (char)9];

    /// <summary>Gets the method, such as <c>POST</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the scheme.</summary>
    /// <value><c>http</c> or <c>https</c>, the default.</value>
    public string Scheme { get; init; } = "https";

    /// <summary>Gets the host and, where it was given, the port, as in the Host header.</summary>
    public required string Authority { get; init; }

    /// <summary>Gets the path as it came, percent signs and all.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the query as it came, without the question mark; empty or null for none.</summary>
    public string? Query { get; init; }

    /// <summary>Gets the header fields, in the order in which they came, those of one name one by one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets the body's bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The path and query as they stand in the first line of a request.</summary>
    /// <param name="target">The request target.</param>
    /// <returns>The path and the query without the question mark, null where there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    public static (string Path, string? Query) SplitTarget(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, null) : (target[..mark], target[(mark + 1)..]);
    }

    /// <summary>Gets the only value of a header field.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The value, or null where the field is missing or came more than once.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public string? SingleValue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string? found = null;
        for (int i = 0; i < Headers.Count; i++)
        {
            (string key, string value) = Headers[i];
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                if (found is not null)
                {
                    return null;
                }

                found = value;
            }
        }

        return found;
    }

    /// <summary>Gets the values of a header field as one, each trimmed, with comma and space in between.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The value, or null where the field is missing.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <remarks>Source: RFC 9421 section 2.1.</remarks>
    public string? CombinedValue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string? first = null;
        StringBuilder? all = null;
        for (int i = 0; i < Headers.Count; i++)
        {
            (string key, string value) = Headers[i];
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                string trimmed = value.Trim(Whitespace);
                if (first is null)
                {
                    first = trimmed;
                }
                else
                {
                    all ??= new StringBuilder(first);
                    all.Append(", ").Append(trimmed);
                }
            }
        }

        return all?.ToString() ?? first;
    }

    /// <summary>The only value of a header field, trimmed, without making a string; empty where the field is missing or came more than once.</summary>
    internal ReadOnlySpan<char> OnlyValue(string name) => SingleValue(name).AsSpan().Trim(Whitespace);
}
