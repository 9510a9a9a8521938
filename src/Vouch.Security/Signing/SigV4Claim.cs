using System.Globalization;

namespace Vouch.Security.Signing;

/// <summary>What a request says about its AWS Signature Version 4, in its header or its query.</summary>
internal sealed record SigV4Claim(string AccessKey, string Date, string Region, string Service, string Time, DateTimeOffset CreatedAt, string[] SignedHeaders, string Signature, TimeSpan? Expires)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const int MaxHeaders = 64;

    private static readonly System.Buffers.SearchValues<char> LowerHex = System.Buffers.SearchValues.Create("0123456789abcdef");

    public bool IsQuery => Expires is not null;

    public string Scope => $"{Date}/{Region}/{Service}/aws4_request";

    public static SigV4Claim? TryRead(HttpRequestParts request, IReadOnlyList<KeyValuePair<string, string>> query, out SignatureFailure failure, out string detail)
    {
        bool inQuery = query.Any(static pair => pair.Key == "X-Amz-Signature");
        string? header = request.SingleValue("Authorization");
        if (!inQuery && header is null)
        {
            (failure, detail) = (SignatureFailure.Missing, "Authorization, or the parameters of a signed address, must be there once.");
            return null;
        }

        if (inQuery && request.CombinedValue("Authorization") is not null)
        {
            (failure, detail) = (SignatureFailure.Malformed, "There are two signatures: in the header and in the query.");
            return null;
        }

        SigV4Claim? claim = inQuery ? FromQuery(query) : FromHeader(request, header!);
        (failure, detail) = claim is null ? (SignatureFailure.Malformed, "The signature's parts are not as the specification has them.") : (SignatureFailure.None, string.Empty);
        return claim;
    }

    private static SigV4Claim? FromHeader(HttpRequestParts request, string header)
    {
        if (header.Length > 8_192 || !header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return null;
        }

        string? credential = null;
        string? signed = null;
        string? signature = null;
        foreach (string part in header[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            ref string? target = ref credential;
            switch (equals < 0 ? string.Empty : part[..equals])
            {
                case "Credential":
                    break;
                case "SignedHeaders":
                    target = ref signed;
                    break;
                case "Signature":
                    target = ref signature;
                    break;
                default:
                    return null;
            }

            if (target is not null)
            {
                return null;
            }

            target = part[(equals + 1)..];
        }

        return Make(credential, signed, signature, request.SingleValue("X-Amz-Date"), null);
    }

    private static SigV4Claim? FromQuery(IReadOnlyList<KeyValuePair<string, string>> query)
    {
        string? One(string name)
        {
            KeyValuePair<string, string>[] all = [.. query.Where(pair => pair.Key == name).Take(2)];
            return all.Length == 1 ? all[0].Value : null;
        }

        return One("X-Amz-Algorithm") == Algorithm && int.TryParse(One("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= 604_800
            ? Make(One("X-Amz-Credential"), One("X-Amz-SignedHeaders"), One("X-Amz-Signature"), One("X-Amz-Date"), TimeSpan.FromSeconds(seconds))
            : null;
    }

    private static SigV4Claim? Make(string? credential, string? signed, string? signature, string? time, TimeSpan? expires)
    {
        string[] parts = credential?.Split('/') ?? [];
        string[] headers = signed?.Split(';') ?? [];
        bool isRight = parts.Length == 5 && parts[4] == "aws4_request" && parts[0].Length is > 0 and <= 128
            && signature is { Length: 64 } && !signature.AsSpan().ContainsAnyExcept(LowerHex)
            && headers.Length is > 0 and <= MaxHeaders && headers.All(static header => header.Length > 0 && !header.AsSpan().ContainsAnyInRange('A', 'Z'))
            && headers.Zip(headers.Skip(1)).All(static pair => string.CompareOrdinal(pair.First, pair.Second) < 0);
        return isRight && DateTimeOffset.TryParseExact(time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created)
            ? new SigV4Claim(parts[0], parts[1], parts[2], parts[3], time!, created, headers, signature!, expires)
            : null;
    }
}
