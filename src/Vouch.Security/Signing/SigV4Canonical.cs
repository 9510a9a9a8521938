namespace Vouch.Security.Signing;

/// <summary>What an AWS Signature Version 4 is made over: for finding out why another implementation's does not verify, not for logs that others read.</summary>
/// <param name="CanonicalRequest">The request in its canonical form.</param>
/// <param name="StringToSign">What the derived key signs.</param>
public sealed record SigV4Canonical(string CanonicalRequest, string StringToSign);
