using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Testing;

namespace Vouch.Execution.Tests;

/// <summary>The job of most tests: squares of whole numbers, whose truth is known to the test and to nobody else.</summary>
internal static class Squares
{
    public static VerifiedJob<int> Job(int count, string id = "squares", ulong? seed = 1, double errorBudget = 0.001) =>
        new(id, Units(count)) { Seed = seed, ErrorBudget = errorBudget };

    public static IEnumerable<WorkUnit<int>> Units(int count) => Enumerable.Range(0, count).Select(n => new WorkUnit<int>(new WorkUnitId($"n{n}"), n));

    public static FakeWorker<int, long> Worker(string id, WorkerBehavior<int, long>? behavior = null, TimeProvider? time = null, int capacity = 1) =>
        new(new WorkerId(id), Truth, behavior, capacity: capacity, timeProvider: time);

    public static WorkerPool<int, long> Pool(params IEnumerable<IWorker<int, long>> workers) => new(workers);

    public static IEnumerable<FakeWorker<int, long>> Honest(int count, string prefix = "honest") => Enumerable.Range(0, count).Select(i => Worker($"{prefix}{i}"));

    public static long Truth(int n) => (long)n * n;

    public static bool IsRight(VerifiedResult<long> result) => result.Value == Truth(int.Parse(result.UnitId.Value[1..], System.Globalization.CultureInfo.InvariantCulture));

    public static async Task<List<VerifiedResult<long>>> AllAsync(VerifiedRun<long> run)
    {
        var results = new List<VerifiedResult<long>>();
        await foreach (VerifiedResult<long> result in run.Results)
        {
            results.Add(result);
        }

        return results;
    }

    /// <summary>Checks a result against the truth with a stated power and false alarm rate, as a spot check on secret positions would.</summary>
    internal sealed class SpotCheck(double power = 0.9, double falseAlarmRate = 1e-4, double workShare = 0.1, bool canCompare = false) : IResultVerifier<int, long>
    {
        private int _checks;

        public int Checks => _checks;

        public bool CanCheck => true;

        public bool CanCompare => canCompare;

        public double CheckWorkShare => workShare;

        public double DetectionPower => power;

        public string? FindDefect(WorkUnit<int> unit, long result) => result < 0 ? "A square is not negative." : null;

        public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _checks);
            double draw = (seed >> 11) * (1.0 / (1UL << 53));
            bool fails = result == Truth(unit.Payload) ? draw < falseAlarmRate : draw < power;
            return new(new ResultCheck(fails ? CheckVerdict.Failed : CheckVerdict.Passed, power, falseAlarmRate, workShare * unit.Work, fails ? "It is not the square." : "It looks like the square."));
        }

        public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken) => new(first == second);
    }
}
