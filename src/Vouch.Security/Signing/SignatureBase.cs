using System.Buffers;
using System.Text;

namespace Vouch.Security.Signing;

/// <summary>The bytes that an HTTP message signature is made over (RFC 9421 section 2.5).</summary>
internal static class SignatureBase
{
    /// <summary>Writes the base; false, with the reason, where a component cannot be told or signed.</summary>
    public static bool TryWrite(HttpRequestParts request, IReadOnlyList<string> components, ReadOnlySpan<char> parameters, IBufferWriter<byte> target, out SignatureFailure failure)
    {
        for (int i = 0; i < components.Count; i++)
        {
            string component = components[i];
            string? value = component.StartsWith('@') ? Derived(request, component) : request.CombinedValue(component);
            if (value is null)
            {
                failure = component.StartsWith('@') ? SignatureFailure.NotCovered : SignatureFailure.Missing;
                return false;
            }

            // Names in a base are lower-case; a line break in a value would let one value pass for two lines.
            if (component.AsSpan().ContainsAnyInRange('A', 'Z') || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                if (value.AsSpan().ContainsAnyExceptInRange('\t', '~') || value.AsSpan().ContainsAny('\r', '\n') || component.AsSpan().ContainsAnyInRange('A', 'Z'))
                {
                    failure = SignatureFailure.Malformed;
                    return false;
                }
            }

            Write(target, "\"", component, component == "@query" ? "\": ?" : "\": ", value, "\n");
        }

        Write(target, "\"@signature-params\": ", parameters, default, default, default);
        failure = SignatureFailure.None;
        return true;
    }

    /// <summary>The authority as it is signed: lower-case, without the scheme's own port (RFC 9421 section 2.2.3).</summary>
    public static string Authority(string scheme, string authority)
    {
        string lower = authority.ToLowerInvariant();
        string port = scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? ":80" : ":443";
        return lower.EndsWith(port, StringComparison.Ordinal) ? lower[..^port.Length] : lower;
    }

    private static string? Derived(HttpRequestParts request, string component) => component switch
    {
        "@method" => request.Method,
        "@authority" => Authority(request.Scheme, request.Authority),
        "@scheme" => request.Scheme.ToLowerInvariant(),
        "@path" => request.Path.Length == 0 ? "/" : request.Path,
        "@query" => request.Query ?? string.Empty, // the question mark is written with it
        "@request-target" => string.IsNullOrEmpty(request.Query) ? request.Path : $"{request.Path}?{request.Query}",
        "@target-uri" => $"{request.Scheme.ToLowerInvariant()}://{Authority(request.Scheme, request.Authority)}{request.Path}{(string.IsNullOrEmpty(request.Query) ? string.Empty : "?" + request.Query)}",
        _ => null,
    };

    private static void Write(IBufferWriter<byte> target, ReadOnlySpan<char> first, ReadOnlySpan<char> second, ReadOnlySpan<char> third, ReadOnlySpan<char> fourth, ReadOnlySpan<char> fifth)
    {
        int length = first.Length + second.Length + third.Length + fourth.Length + fifth.Length;
        Span<byte> bytes = target.GetSpan(length);
        int at = Encoding.ASCII.GetBytes(first, bytes);
        at += Encoding.ASCII.GetBytes(second, bytes[at..]);
        at += Encoding.ASCII.GetBytes(third, bytes[at..]);
        at += Encoding.ASCII.GetBytes(fourth, bytes[at..]);
        at += Encoding.ASCII.GetBytes(fifth, bytes[at..]);
        target.Advance(at);
    }
}
