using System.Text;
using Vouch.Security.Signing;

namespace Vouch.Security.Tests.Signing;

/// <summary>Requests as vectors and tests write them.</summary>
internal static class RawRequest
{
    public static HttpRequestParts Parse(string text)
    {
        string[] halves = text.Split("\n\n", 2);
        string[] lines = halves[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int first = lines[0].IndexOf(' ');
        int last = lines[0].LastIndexOf(' ');
        (string path, string? query) = HttpRequestParts.SplitTarget(lines[0][(first + 1)..last]);
        var headers = lines[1..].Select(line => line.Split(':', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1].Trim(' '))).ToList();
        return new HttpRequestParts
        {
            Method = lines[0][..first],
            Authority = headers.Find(header => header.Key == "Host").Value,
            Path = path,
            Query = query,
            Headers = headers,
            Body = halves.Length > 1 ? Encoding.UTF8.GetBytes(halves[1]) : default,
        };
    }

    public static HttpRequestParts With(this HttpRequestParts request, params (string Name, string Value)[] headers) =>
        request.Change(headers: [.. request.Headers, .. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);

    public static HttpRequestParts Without(this HttpRequestParts request, string name) => request.Change(headers: [.. request.Headers.Where(header => header.Key != name)]);

    public static HttpRequestParts Change(
        this HttpRequestParts request, string? method = null, string? authority = null, string? path = null, string? query = null, byte[]? body = null, List<KeyValuePair<string, string>>? headers = null) => new()
        {
            Method = method ?? request.Method,
            Scheme = request.Scheme,
            Authority = authority ?? request.Authority,
            Path = path ?? request.Path,
            Query = query ?? request.Query,
            Headers = headers ?? request.Headers,
            Body = body ?? request.Body,
        };
}
