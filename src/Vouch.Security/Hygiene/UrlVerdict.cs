namespace Vouch.Security.Hygiene;

/// <summary>Whether an address may be called.</summary>
public enum UrlVerdict
{
    /// <summary>It may.</summary>
    Allowed = 0,

    /// <summary>It is no plain absolute address: white space, control or non-ASCII characters, backslashes, a host with escapes, a dot at its end, empty or over-long labels.</summary>
    Malformed,

    /// <summary>Its scheme is not allowed.</summary>
    SchemeNotAllowed,

    /// <summary>It holds a user name or password, behind which the true host hides.</summary>
    UserInfo,

    /// <summary>Its host is an IP address, in whatever spelling, that is not listed in the common one.</summary>
    AddressNotAllowed,

    /// <summary>Its host is not listed.</summary>
    HostNotAllowed,

    /// <summary>Its port is not allowed.</summary>
    PortNotAllowed,
}
