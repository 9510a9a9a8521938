using System.Diagnostics.Metrics;
using Vouch.Security.RateLimiting;
using Vouch.Security.Signing;

namespace Vouch.Security.Diagnostics;

/// <summary>The instruments of the package, for what stands at an edge: verified requests and rate-limited ones.</summary>
/// <remarks>Safe to share.</remarks>
public sealed class SecurityMetrics
{
    private static readonly string[] Failures = [.. Enum.GetNames<SignatureFailure>().Select(Name)];
    private static readonly string[] Outcomes = [.. Enum.GetNames<RateLimitOutcome>().Select(Name)];

    private readonly Counter<long> _verifications;
    private readonly Counter<long> _decisions;

    /// <summary>Initializes the instruments.</summary>
    /// <param name="factory">Makes the meter.</param>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    public SecurityMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Meter meter = factory.Create(SecurityTelemetry.MeterName);
        _verifications = meter.CreateCounter<long>("vouch.security.verifications", unit: "{request}", description: "Requests whose signature was asked for, by outcome.");
        _decisions = meter.CreateCounter<long>("vouch.security.limits", unit: "{request}", description: "Requests that a rate limiter was asked about, by outcome.");
    }

    /// <summary>Counts a verified request.</summary>
    /// <param name="failure">Why it was refused, or <see cref="SignatureFailure.None"/>.</param>
    public void Verified(SignatureFailure failure)
    {
        if (_verifications.Enabled)
        {
            _verifications.Add(1, new KeyValuePair<string, object?>("vouch.security.outcome", failure == SignatureFailure.None ? "accepted" : Failures[(int)failure]));
        }
    }

    /// <summary>Counts a limiter's decision.</summary>
    /// <param name="outcome">What the limiter said.</param>
    public void Limited(RateLimitOutcome outcome)
    {
        if (_decisions.Enabled)
        {
            _decisions.Add(1, new KeyValuePair<string, object?>("vouch.security.outcome", Outcomes[(int)outcome]));
        }
    }

    /// <summary>Attribute values are in snake case.</summary>
    private static string Name(string name) => string.Concat(name.Select(static (letter, i) => char.IsUpper(letter) ? (i > 0 ? "_" : string.Empty) + char.ToLowerInvariant(letter) : letter.ToString()));
}
