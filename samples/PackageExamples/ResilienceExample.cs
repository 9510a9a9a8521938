using Vouch.Core.Models;
using Vouch.Resilience.Calls;

namespace PackageExamples;

/// <summary>The program of the README of Vouch.Resilience.</summary>
public static class ResilienceExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        using var pipeline = new WorkerCallPipeline(new WorkerCallOptions { AttemptTimeout = TimeSpan.FromSeconds(2), HedgeAfter = TimeSpan.FromMilliseconds(50) });
        WorkerId[] candidates = [new("hangs-for-ever"), new("spot-17")];

        CallOutcome<double> outcome = await pipeline.ExecuteAsync(candidates, AskAsync, 2.0);

        Console.WriteLine($"{outcome.AnsweredBy} answered {outcome.Value}");
        foreach (CallAttempt attempt in outcome.Attempts)
        {
            Console.WriteLine($"{attempt.Worker}: {attempt.Outcome} after {attempt.Duration.TotalMilliseconds:F0} ms{(attempt.Hedged ? ", hedged" : "")}");
        }

        static ValueTask<double> AskAsync(WorkerId worker, double question, CancellationToken cancellationToken) =>
            worker.Value == "spot-17" ? new(Math.Sqrt(question)) : new(new TaskCompletionSource<double>().Task);
        #endregion
    }
}
