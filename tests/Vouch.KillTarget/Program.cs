using System.Buffers;
using System.Globalization;
using System.Text;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;

// Vouch.KillTarget FOLDER UNITS: squares the numbers below UNITS with a journal in FOLDER. Prints a line for every result that it was handed
// ("new n17" or "old n17") and a line for every unit that a worker really did ("done n17"), so that the test can tell what was lost or done twice.
(string folder, int count) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
var job = new VerifiedJob<int>("kill", Enumerable.Range(0, count).Select(n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n))) { ErrorBudget = 0.01, Seed = 5 };
var pool = new WorkerPool<int, long>(Enumerable.Range(0, 6).Select(i => (IWorker<int, long>)new Squarer($"w{i}", lies: i == 4, output)));
var executor = new VerifiedExecutor(new ExecutionOptions { JournalFolder = folder });
await using VerifiedRun<long> run = executor.Start(job, pool, new Check(), new Int64Codec());
int wrong = 0;
await foreach (VerifiedResult<long> result in run.Results)
{
    lock (output)
    {
        output.WriteLine($"{(result.IsRestored ? "old" : "new")} {result.UnitId}");
    }

    long n = long.Parse(result.UnitId.Value.AsSpan(1), CultureInfo.InvariantCulture);
    wrong += result.Value == n * n ? 0 : 1;
}

JobReport report = await run.Completion;
lock (output)
{
    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"end {report.Outcome} {report.Accepted} {wrong}"));
}

return report.Outcome == JobOutcome.Completed && wrong == 0 ? 0 : 1;

internal sealed class Squarer(string id, bool lies, TextWriter output) : IWorker<int, long>
{
    public WorkerId Id { get; } = new(id);

    public int Capacity => 1;

    public async ValueTask<long> ExecuteAsync(int unit, CancellationToken cancellationToken)
    {
        await Task.Delay(2, cancellationToken);
        lock (output)
        {
            output.WriteLine($"done n{unit}");
        }

        return ((long)unit * unit) + (lies ? 1 : 0);
    }
}

internal sealed class Check : IResultVerifier<int, long>
{
    public bool CanCheck => true;

    public bool CanCompare => false;

    public double CheckWorkShare => 0.1;

    public double DetectionPower => 0.99;

    public string? FindDefect(WorkUnit<int> unit, long result) => null;

    public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken) =>
        new(new ResultCheck(result == (long)unit.Payload * unit.Payload ? CheckVerdict.Passed : CheckVerdict.Failed, 0.99, 1e-6, 0.1));

    public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken) => new(first == second);
}

internal sealed class Int64Codec : IResultCodec<long>
{
    public void Write(long result, IBufferWriter<byte> output) => output.Write(BitConverter.GetBytes(result));

    public long Read(ReadOnlySpan<byte> data) => BitConverter.ToInt64(data);
}
