using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vouch.Security.Hygiene;

/// <summary>Which addresses a service may call on behalf of others (against server-side request forgery).</summary>
/// <remarks>
/// <para>Immutable and safe to share. Takes only what every parser reads alike: what is spelt in a way that one might read otherwise is refused, not repaired. International names must come in their ASCII form (<c>xn--</c>).</para>
/// <para>A listed name can still resolve to an address inside: let <see cref="PublicAddresses.ConnectAsync"/> connect, or check what was resolved by <see cref="PublicAddresses.IsPublic(IPAddress)"/>. Redirects must be checked again.</para>
/// <para>Sources: RFC 3986; WHATWG URL Standard (which hosts are IPv4 addresses); CWE-918.</para>
/// </remarks>
public sealed class UrlAllowlist
{
    private const int MaxLength = 2_048;

    private readonly FrozenSet<string> _hosts;
    private readonly string[] _suffixes;
    private readonly bool _allowHttp;
    private readonly FrozenSet<int> _ports;

    /// <summary>Initializes a list.</summary>
    /// <param name="hosts">Host names in ASCII; <c>*.example.com</c> for all names below one, not itself; IP addresses in their common form, IPv6 ones without brackets.</param>
    /// <param name="ports">The ports besides a scheme's own, or null for none.</param>
    /// <param name="allowHttp">Whether <c>http</c> is allowed besides <c>https</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="hosts"/> is null.</exception>
    /// <exception cref="ArgumentException">A host is not of the form.</exception>
    public UrlAllowlist(IEnumerable<string> hosts, IEnumerable<int>? ports = null, bool allowHttp = false)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var suffixes = new List<string>();
        foreach (string host in hosts)
        {
            string lower = host.ToLowerInvariant();
            string name = lower.StartsWith("*.", StringComparison.Ordinal) ? lower[2..] : lower;
            bool isAddress = IPAddress.TryParse(name, out IPAddress? address) && address.ToString() == name;
            if (!(isAddress && name == lower) && (!IsName(name) || EndsInNumber(name)))
            {
                throw new ArgumentException($"'{LogText.Encode(host, 100)}' is no ASCII host name, no name after '*.' and no IP address in its common form.", nameof(hosts));
            }

            if (name == lower)
            {
                names.Add(name);
            }
            else
            {
                suffixes.Add("." + name);
            }
        }

        _hosts = names.ToFrozenSet(StringComparer.Ordinal);
        _suffixes = [.. suffixes];
        _ports = (ports ?? []).ToFrozenSet();
        _allowHttp = allowHttp;
    }

    /// <summary>Tells whether an address may be called.</summary>
    /// <param name="url">The address, absolute.</param>
    /// <returns>Allowed, or why not.</returns>
    public UrlVerdict Check(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > MaxLength || url.AsSpan().ContainsAnyExceptInRange('!', '~') || url.Contains('\\', StringComparison.Ordinal))
        {
            return UrlVerdict.Malformed;
        }

        int colon = url.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0)
        {
            return UrlVerdict.Malformed;
        }

        string scheme = url[..colon].ToLowerInvariant();
        if (scheme != "https" && !(_allowHttp && scheme == "http"))
        {
            return UrlVerdict.SchemeNotAllowed;
        }

        ReadOnlySpan<char> rest = url.AsSpan(colon + 3);
        int end = rest.IndexOfAny('/', '?', '#');
        ReadOnlySpan<char> authority = end < 0 ? rest : rest[..end];
        if (authority.Contains('@'))
        {
            return UrlVerdict.UserInfo;
        }

        if (!TrySplit(authority, out string host, out int? port, out bool isBracketed))
        {
            return UrlVerdict.Malformed;
        }

        UrlVerdict verdict = CheckHost(host, isBracketed);
        if (verdict != UrlVerdict.Allowed)
        {
            return verdict;
        }

        int actual = port ?? (scheme == "https" ? 443 : 80);
        if (port is not null && actual != (scheme == "https" ? 443 : 80) && !_ports.Contains(actual))
        {
            return UrlVerdict.PortNotAllowed;
        }

        // The parser that the client will use must have read the same.
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme == scheme && parsed.Port == actual && parsed.UserInfo.Length == 0
            && (isBracketed ? IPAddress.TryParse(parsed.IdnHost, out IPAddress? address) && address.ToString() == host : parsed.IdnHost == host)
            ? UrlVerdict.Allowed
            : UrlVerdict.Malformed;
    }

    private static bool TrySplit(ReadOnlySpan<char> authority, out string host, out int? port, out bool isBracketed)
    {
        port = null;
        isBracketed = authority.StartsWith("[");
        int close = isBracketed ? authority.IndexOf(']') : -1;
        int colon = isBracketed ? close + 1 : authority.IndexOf(':');
        bool hasPort = colon >= 0 && colon < authority.Length;
        host = (isBracketed ? close > 0 ? authority[1..close] : default : hasPort ? authority[..colon] : authority).ToString().ToLowerInvariant();
        if (host.Length == 0 || (isBracketed && close < 0))
        {
            return false;
        }

        if (!hasPort)
        {
            return true;
        }

        ReadOnlySpan<char> digits = authority[(colon + 1)..];
        bool isRight = authority[colon] == ':' && digits.Length is > 0 and <= 5 && digits[0] != '0' && !digits.ContainsAnyExceptInRange('0', '9')
            && int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) <= IPEndPoint.MaxPort;
        port = isRight ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : null;
        return isRight;
    }

    private UrlVerdict CheckHost(string host, bool isBracketed)
    {
        if (isBracketed)
        {
            return !host.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? address.ToString() == host && _hosts.Contains(host) ? UrlVerdict.Allowed : UrlVerdict.AddressNotAllowed
                : UrlVerdict.Malformed;
        }

        if (EndsInNumber(host))
        {
            return _hosts.Contains(host) ? UrlVerdict.Allowed : UrlVerdict.AddressNotAllowed;
        }

        return !IsName(host) ? UrlVerdict.Malformed
            : _hosts.Contains(host) || Array.Exists(_suffixes, suffix => host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.Ordinal)) ? UrlVerdict.Allowed
            : UrlVerdict.HostNotAllowed;
    }

    /// <summary>Letters, digits and dashes in labels of 1 to 63, 253 in all; no dot at the end.</summary>
    private static bool IsName(string host) => host.Length <= 253 && host.Split('.').All(static label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'));

    /// <summary>Whether parsers may take the host for an IPv4 address: decimal, hexadecimal, octal, one to four parts, a dot after it.</summary>
    private static bool EndsInNumber(string host)
    {
        string last = host.TrimEnd('.');
        last = last[(last.LastIndexOf('.') + 1)..];
        return last.Length > 0 && (last.All(char.IsAsciiDigit) || (last.StartsWith("0x", StringComparison.Ordinal) && last[2..].All(char.IsAsciiHexDigit)));
    }
}
