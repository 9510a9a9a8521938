using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;

// Squares of whole numbers, by twelve workers of whom two lie in collusion.
await using ServiceProvider services = new ServiceCollection()
    .AddVouch(vouch => vouch.AddExecution())
    .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

var job = new VerifiedJob<int>("squares", Enumerable.Range(0, 40).Select(n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n))) { ErrorBudget = 0.05, Seed = 1 };
var pool = new WorkerPool<int, long>(Enumerable.Range(0, 12).Select(i => (IWorker<int, long>)new Squarer($"w{i}", lies: i is 2 or 5)));
await using VerifiedRun<long> run = services.GetRequiredService<IVerifiedExecutor>().Start(job, pool, new AgreementVerifier<int, long>());

int wrong = 0;
await foreach (VerifiedResult<long> result in run.Results)
{
    long n = long.Parse(result.UnitId.Value[1..]);
    wrong += result.Value == n * n ? 0 : 1;
}

JobReport report = await run.Completion;
Console.WriteLine($"{report.Outcome}: {report.Accepted} accepted, {wrong} wrong, factor {report.Cost.ReplicationFactor:0.00}, log {report.LogHead.Size} entries.");
return report.Outcome == JobOutcome.Completed && wrong == 0 ? 0 : 1;

internal sealed class Squarer(string id, bool lies) : IWorker<int, long>
{
    public WorkerId Id { get; } = new(id);

    public int Capacity => 1;

    public ValueTask<long> ExecuteAsync(int unit, CancellationToken cancellationToken) => new(((long)unit * unit) + (lies ? 1 : 0));
}
