using Vouch.Core.Models;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Testing;

namespace PackageExamples;

/// <summary>The program of the README of Vouch.Execution.</summary>
public static class ExecutionExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        var units = Enumerable.Range(0, 100).Select(n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n));
        var job = new VerifiedJob<int>("squares", units) { ErrorBudget = 0.05 };
        var lying = WorkerBehavior<int, long>.Lie(n => n + 1).WithProbability(0.3);
        var workers = Enumerable.Range(0, 16).Select(i => new FakeWorker<int, long>(new WorkerId($"w{i}"), n => (long)n * n, i < 2 ? lying : null));

        var executor = new VerifiedExecutor();
        await using VerifiedRun<long> run = executor.Start(job, new WorkerPool<int, long>(workers), new AgreementVerifier<int, long>());

        int wrong = 0;
        await foreach (VerifiedResult<long> result in run.Results)
        {
            long n = long.Parse(result.UnitId.Value[1..]);
            wrong += result.Value == n * n ? 0 : 1;
        }

        JobReport report = await run.Completion;
        Console.WriteLine($"{report.Outcome}: {report.Accepted} accepted, {wrong} wrong, each paid for {report.Cost.ReplicationFactor:F1} times");
        Console.WriteLine($"caught lying: {string.Join(", ", report.Workers.Where(w => w.Rejected > 0).Select(w => $"{w.Worker} ({w.Rejected} times)"))}");
        #endregion
    }
}
