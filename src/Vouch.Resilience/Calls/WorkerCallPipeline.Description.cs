using System.Globalization;
using System.Text;

namespace Vouch.Resilience.Calls;

public sealed partial class WorkerCallPipeline
{
    /// <summary>Describes for people what a call passes through, from the outside in, with the settings in force.</summary>
    /// <returns>One line per step.</returns>
    public string Describe()
    {
        CallSettings settings = _settings;
        var text = new StringBuilder();
        text.AppendLine("A call passes, from the outside in:");
        text.AppendLine(CultureInfo.InvariantCulture, $"1. candidates: {Candidates(settings)}; at most {settings.MaxAttempts} attempts in all");
        text.AppendLine(CultureInfo.InvariantCulture, $"2. retry, same worker: {Retries(settings)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"3. breaker, one per worker: opens for {settings.Breaker.BreakDuration:c} at {settings.Breaker.FailureRatio * 100:0.##} % failures of at least {settings.Breaker.MinimumThroughput} attempts in {settings.Breaker.SamplingDuration:c}");
        text.AppendLine(CultureInfo.InvariantCulture, $"4. attempt timeout: {settings.AttemptTimeout:c}, then the worker is told to stop and abandoned");
        text.Append(CultureInfo.InvariantCulture, $"5. the worker, called {(settings.StartOnThreadPool ? "on the thread pool" : "on the caller's thread")}");
        return text.ToString();
    }

    private static string Candidates(CallSettings settings) => settings switch
    {
        { MaxHedges: 0 } => "the first one only",
        { HedgeAfter: { } hedgeAfter } => string.Create(CultureInfo.InvariantCulture, $"the next one is asked after {hedgeAfter:c} without an answer or after a failure, at most {settings.MaxHedges} more"),
        _ => string.Create(CultureInfo.InvariantCulture, $"the next one is asked after a failure, at most {settings.MaxHedges} more"),
    };

    private static string Retries(CallSettings settings) => settings.MaxRetries == 0
        ? "none"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"up to {settings.MaxRetries} after transient failures, after {settings.Jitter.BaseDelay:c} to {settings.Jitter.MaxDelay:c} (decorrelated jitter, {(settings.HasSeed ? "seeded" : "seed drawn at start")})");
}
