using System.Text;
using Vouch.Security.Signing;

namespace Vouch.Evaluation.Security;

/// <summary>A request as vector files write it: lines, an empty one, the body.</summary>
internal static class RawHttpRequest
{
    public static HttpRequestParts Parse(string text, params (string Name, string Value)[] more)
    {
        string[] halves = text.ReplaceLineEndings("\n").Split("\n\n", 2);
        string[] lines = halves[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int first = lines[0].IndexOf(' ', StringComparison.Ordinal);
        int last = lines[0].LastIndexOf(" HTTP/", StringComparison.Ordinal);
        (string path, string? query) = HttpRequestParts.SplitTarget(lines[0][(first + 1)..last]);
        List<KeyValuePair<string, string>> headers =
        [
            .. lines[1..].Select(line => line.Split(':', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1].Trim())),
            .. more.Select(header => KeyValuePair.Create(header.Name, header.Value)),
        ];
        return new HttpRequestParts
        {
            Method = lines[0][..first],
            Authority = headers.Find(header => header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase)).Value ?? string.Empty,
            Path = path,
            Query = query,
            Headers = headers,
            Body = halves.Length > 1 ? Encoding.UTF8.GetBytes(halves[1]) : default,
        };
    }
}
