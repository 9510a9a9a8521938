using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>What a decision rests on: the method, how much was looked at, the promise it carries, and the reasons in words.</summary>
/// <remarks>Immutable and safe to share. Two are equal when all they say is, reasons included. Where the evidence does not carry a promise, <see cref="IsSufficient"/> is false and no number is invented.</remarks>
[JsonConverter(typeof(EvidenceJsonConverter))]
public sealed record Evidence
{
    /// <summary>Initializes evidence.</summary>
    /// <param name="method">The name of the method and, where there is one, its source.</param>
    /// <param name="sampleSize">The number of observations, checks or answers it rests on, 0 or more.</param>
    /// <param name="isSufficient">Whether it carries the promise that was asked for.</param>
    /// <param name="interval">The interval of the figure in question, where there is one.</param>
    /// <param name="reasons">The reasons, most important first; copied.</param>
    /// <exception cref="ArgumentException"><paramref name="method"/> is blank, <paramref name="sampleSize"/> negative, or a reason null.</exception>
    public Evidence(string method, long sampleSize, bool isSufficient, ConfidenceInterval? interval = null, IEnumerable<string>? reasons = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        ArgumentOutOfRangeException.ThrowIfNegative(sampleSize);
        string[] copied = reasons is null ? [] : [.. reasons];
        if (Array.Exists(copied, static reason => reason is null))
        {
            throw new ArgumentException("A reason is a text, never null.", nameof(reasons));
        }

        Method = method;
        SampleSize = sampleSize;
        IsSufficient = isSufficient;
        Interval = interval;
        Reasons = Array.AsReadOnly(copied);
    }

    /// <summary>Gets the name of the method.</summary>
    public string Method { get; }

    /// <summary>Gets the number of observations, checks or answers behind it.</summary>
    public long SampleSize { get; }

    /// <summary>Gets whether the evidence carries the promise that was asked for.</summary>
    public bool IsSufficient { get; }

    /// <summary>Gets the interval of the figure in question, or null where there is none.</summary>
    public ConfidenceInterval? Interval { get; }

    /// <summary>Gets the reasons in words, most important first.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>Makes evidence that carries no promise.</summary>
    /// <param name="method">The method that was tried.</param>
    /// <param name="sampleSize">How much it had to go on.</param>
    /// <param name="reasons">What was missing.</param>
    /// <returns>Evidence whose <see cref="IsSufficient"/> is false.</returns>
    public static Evidence Insufficient(string method, long sampleSize, params IEnumerable<string> reasons) =>
        new(method, sampleSize, isSufficient: false, interval: null, reasons);

    /// <summary>Tells whether another evidence says the same.</summary>
    /// <param name="other">The other evidence.</param>
    public bool Equals(Evidence? other) =>
        other is not null
        && string.Equals(Method, other.Method, StringComparison.Ordinal)
        && SampleSize == other.SampleSize
        && IsSufficient == other.IsSufficient
        && Equals(Interval, other.Interval)
        && Reasons.SequenceEqual(other.Reasons, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Method, SampleSize, IsSufficient, Interval, Reasons.Count);

    /// <summary>Returns the evidence in one line.</summary>
    public override string ToString() =>
        $"{(IsSufficient ? "sufficient" : "insufficient")} by {Method}{(Interval is null ? null : $": {Interval}")}{(Reasons.Count == 0 ? null : $" ({string.Join("; ", Reasons)})")}";
}
