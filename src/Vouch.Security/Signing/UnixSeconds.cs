namespace Vouch.Security.Signing;

/// <summary>Times as signatures write them.</summary>
internal static class UnixSeconds
{
    /// <summary>Digits alone, no sign, no leading zeros, at most eleven of them (the year 5138).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is 0 or > 11 || text.ContainsAnyExceptInRange('0', '9') || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        long seconds = 0;
        foreach (char digit in text)
        {
            seconds = (seconds * 10) + (digit - '0');
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    /// <summary>Whether a signature of a time may be accepted now; both edges belong to the window.</summary>
    public static SignatureFailure Check(DateTimeOffset created, DateTimeOffset now, TimeSpan age, TimeSpan skew) =>
        now - created > age ? SignatureFailure.TooOld : created - now > skew ? SignatureFailure.TooNew : SignatureFailure.None;
}
