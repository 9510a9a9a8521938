using System.Globalization;
using System.Text;

namespace Vouch.Resilience.Defaults;

public sealed partial class VouchPipeline
{
    /// <summary>Describes for people what a call passes through, from the outside in, with the settings in force.</summary>
    /// <returns>One line per step.</returns>
    public string Describe() => Describe(_options);

    /// <summary>Describes for people what a call would pass through with some options.</summary>
    /// <param name="options">The options.</param>
    /// <returns>One line per step.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public static string Describe(VouchDefaultsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new StringBuilder();
        text.AppendLine("A call passes, from the outside in:");
        Line($"1. deadline: {options.TotalTimeout:c} for everything below, or less where the call says so; no pause and no attempt that would outlast it");
        Line($"2. retry: up to {options.MaxRetries}; after transient errors free of charge, after overload from a budget of {options.RetryBudget.Capacity} that each success fills by {options.RetryBudget.PerSuccess}; pauses up to {options.RetryBaseDelay:c}, doubling to {options.RetryMaxDelay:c}, full jitter, at least Retry-After");
        Line($"3. queue: up to {options.MaxWaiting} calls wait for their turn, by priority, then fairly by tenant, then by deadline; who could not be served in time any more is refused");
        Line($"4. concurrency: adaptive, {options.InitialConcurrency} at the start, 1 to {options.MaxConcurrency}; falls when latency exceeds {options.LatencyTolerance} times its baseline or attempts are late");
        Line($"5. back end: the least busy of {Math.Max(1, options.Destinations.Count)}; one is left alone at {options.BreakerFailureRatio * 100:0.##} % failures of at least {options.BreakerMinimumThroughput} in {options.BreakerWindow:c}, probed after about {options.BreakDuration:c}, and given its load back step by step");
        text.Append(CultureInfo.InvariantCulture, $"6. attempt: late after {options.AttemptTimeout:c}; stopped if another may take its place, else it goes on until the deadline");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
