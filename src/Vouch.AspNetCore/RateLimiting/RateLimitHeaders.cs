using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vouch.Security.RateLimiting;

namespace Vouch.AspNetCore.RateLimiting;

/// <summary>Tells clients what they have left: <c>RateLimit-Policy</c>, <c>RateLimit</c> and, where they must wait, <c>Retry-After</c>.</summary>
/// <remarks>Sources: draft-ietf-httpapi-ratelimit-headers-10; RFC 9110 section 10.2.3 (Retry-After).</remarks>
public static class RateLimitHeaders
{
    /// <summary>The header that describes the quota.</summary>
    public const string Policy = "RateLimit-Policy";

    /// <summary>The header that says what is left of it.</summary>
    public const string Limit = "RateLimit";

    /// <summary>Writes the headers, unless the response has begun.</summary>
    /// <param name="response">The response.</param>
    /// <param name="decision">What the limiter said.</param>
    /// <param name="quota">The quota it applied.</param>
    /// <param name="name">The quota's name: visible ASCII without quote and backslash.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not as described.</exception>
    /// <remarks>The policy's window (<c>w</c>) is the time in which the whole quota (<c>q</c>) comes back; <c>r</c> is what is left, <c>t</c> how many seconds it is until all is there again, rounded up.</remarks>
    public static void Write(HttpResponse response, in RateLimitDecision decision, in RateQuota quota, string name = "default")
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.AsSpan().ContainsAny('"', '\\'))
        {
            throw new ArgumentException("A quota's name is visible ASCII without quote and backslash.", nameof(name));
        }

        if (response.HasStarted)
        {
            return;
        }

        response.Headers[Policy] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={quota.Burst};w={Seconds(quota.FillTime)}");
        response.Headers[Limit] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={decision.Remaining};t={Seconds(decision.ResetAfter)}");
        if (decision.RetryAfter is { } retry)
        {
            response.Headers.RetryAfter = Math.Max(1, Seconds(retry)).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static long Seconds(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
