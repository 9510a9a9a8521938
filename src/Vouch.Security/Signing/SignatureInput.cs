namespace Vouch.Security.Signing;

/// <summary>One member of a <c>Signature-Input</c> header.</summary>
internal sealed class SignatureInput(string label, IReadOnlyList<string> components, bool hasComponentParameters)
{
    public const int MaxComponents = 32;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string Label { get; } = label;

    public IReadOnlyList<string> Components { get; } = components;

    /// <summary>Whether a component has parameters (<c>;req</c>, <c>;key</c>, ...), which the profile does not take.</summary>
    public bool HasComponentParameters { get; } = hasComponentParameters;

    /// <summary>The text of the member's value, which is signed as it stands.</summary>
    public string Parameters { get; set; } = string.Empty;

    public DateTimeOffset? Created { get; private set; }

    public DateTimeOffset? Expires { get; private set; }

    public string? KeyId { get; private set; }

    public string? Algorithm { get; private set; }

    public string? Nonce { get; private set; }

    public string? Tag { get; private set; }

    public bool TrySet(string name, string? value)
    {
        if (!_seen.Add(name) || value is null)
        {
            return false;
        }

        switch (name)
        {
            case "created":
                bool created = UnixSeconds.TryParse(value, out DateTimeOffset start);
                Created = start;
                return created;
            case "expires":
                bool expires = UnixSeconds.TryParse(value, out DateTimeOffset end);
                Expires = end;
                return expires;
            case "keyid":
                KeyId = value;
                return value.Length <= 128;
            case "alg":
                Algorithm = value;
                return true;
            case "nonce":
                Nonce = value;
                return value.Length is > 0 and <= 256;
            case "tag":
                Tag = value;
                return true;
            default:
                return false; // a parameter that nobody checks must not look as if it were
        }
    }
}
