using System.Globalization;

namespace Vouch.Observability.RootCause;

/// <summary>One finding against a service.</summary>
/// <param name="Channel">What changed.</param>
/// <param name="Subject">Where it changed: an operation, a call from one service to another, or the name of a metric.</param>
/// <param name="Normal">The level in the normal window: milliseconds (geometric mean) for time, calls per call for structure, lines per call, a share of failed calls, or the metric's own unit.</param>
/// <param name="Observed">The level in the suspect window, in the same unit.</param>
/// <param name="Samples">The calls or readings it was observed on.</param>
/// <param name="TailProbability">How likely a normal window is to show a change of this channel as great as this anywhere in the system, in [0, 1]: the smaller, the stronger.</param>
/// <param name="Strength">The same on a common scale of all channels: about the negative natural logarithm of <paramref name="TailProbability"/> where that is small. Greater is stronger.</param>
public sealed record Accusation(
    AccusationChannel Channel,
    string Subject,
    double Normal,
    double Observed,
    long Samples,
    double TailProbability,
    double Strength)
{
    /// <summary>Returns the finding in words.</summary>
    public override string ToString()
    {
        string what = Channel switch
        {
            AccusationChannel.ExclusiveTime => string.Create(CultureInfo.InvariantCulture, $"{Subject}: own time {Normal:0.###} ms -> {Observed:0.###} ms"),
            AccusationChannel.Structure => string.Create(CultureInfo.InvariantCulture, $"{Subject}: {Normal:0.##} -> {Observed:0.##} calls"),
            AccusationChannel.LogLines => string.Create(CultureInfo.InvariantCulture, $"{Subject}: {Normal:0.##} -> {Observed:0.##} log lines a call"),
            AccusationChannel.Errors => string.Create(CultureInfo.InvariantCulture, $"{Subject}: {100 * Normal:0.#} % -> {100 * Observed:0.#} % failed"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Subject}: {Normal:0.###} -> {Observed:0.###}"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{what} (n = {Samples}, p = {TailProbability:0.##E+0})");
    }
}
