using System.Text;

namespace Vouch.Security.Signing;

/// <summary>The canonical request of AWS Signature Version 4.</summary>
internal static class SigV4Canonicalization
{
    /// <summary>The parameters of a query, decoded once; null where a percent sign has no two digits after it.</summary>
    public static List<KeyValuePair<string, string>>? ParseQuery(string? query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (string part in (query ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string? name = Decode(equals < 0 ? part : part[..equals]);
            string? value = Decode(equals < 0 ? string.Empty : part[(equals + 1)..]);
            if (name is null || value is null)
            {
                return null;
            }

            pairs.Add(KeyValuePair.Create(name, value));
        }

        return pairs;
    }

    public static string Build(HttpRequestParts request, IReadOnlyList<KeyValuePair<string, string>> query, SigV4Claim claim, SigV4Options options, string payloadHash)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append('\n').Append(Path(request.Path, options)).Append('\n');
        IEnumerable<string> pairs = query.Where(pair => !(claim.IsQuery && pair.Key == "X-Amz-Signature"))
            .Select(static pair => (Name: Encode(pair.Key, false), Value: Encode(pair.Value, false)))
            .OrderBy(static pair => pair.Name, StringComparer.Ordinal).ThenBy(static pair => pair.Value, StringComparer.Ordinal)
            .Select(static pair => $"{pair.Name}={pair.Value}");
        text.AppendJoin('&', pairs).Append('\n');
        foreach (string name in claim.SignedHeaders)
        {
            text.Append(name).Append(':');
            AppendValues(text, request, name);
            text.Append('\n');
        }

        return text.Append('\n').AppendJoin(';', claim.SignedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static void AppendValues(StringBuilder text, HttpRequestParts request, string name)
    {
        bool isFirst = true;
        IEnumerable<string> values = request.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value);
        foreach (string value in name == "host" && !values.Any() ? [request.Authority] : values)
        {
            text.Append(isFirst ? string.Empty : ",");
            isFirst = false;
            bool space = false;
            foreach (char letter in value.AsSpan().Trim(" \t"))
            {
                bool isSpace = letter is ' ' or '\t';
                if (!isSpace || !space)
                {
                    text.Append(isSpace ? ' ' : letter);
                }

                space = isSpace;
            }
        }
    }

    private static string Path(string path, SigV4Options options)
    {
        string normal = options.NormalizePath ? Normalize(path) : path.Length == 0 ? "/" : path;
        return options.EncodePathTwice ? Encode(normal, true) : normal;
    }

    private static string Normalize(string path)
    {
        var segments = new List<string>();
        string[] parts = path.Split('/');
        foreach (string segment in parts)
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        string normal = "/" + string.Join('/', segments);
        return segments.Count > 0 && (parts[^1] is "" or "." or "..") ? normal + "/" : normal;
    }

    private static string Encode(string text, bool keepSlashes)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            char letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '~' || (keepSlashes && letter == '/'))
            {
                encoded.Append(letter);
            }
            else
            {
                encoded.Append('%').Append("0123456789ABCDEF"[value >> 4]).Append("0123456789ABCDEF"[value & 15]);
            }
        }

        return encoded.ToString();
    }

    private static string? Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        byte[] source = Encoding.UTF8.GetBytes(text);
        byte[] target = new byte[source.Length];
        int length = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] != '%')
            {
                target[length++] = source[i];
            }
            else if (i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
            {
                target[length++] = (byte)((Digit(source[i + 1]) << 4) | Digit(source[i + 2]));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        // What is no UTF-8 must not turn into the same replacement character as something else.
        return System.Text.Unicode.Utf8.IsValid(target.AsSpan(0, length)) ? Encoding.UTF8.GetString(target, 0, length) : null;
    }

    private static int Digit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
