using Vouch.Core.Models;
using Vouch.Testing;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Testing quotes.</summary>
public static class TestingExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        var clock = new ManualTimeProvider();
        WorkerBehavior<int, int> lie = WorkerBehavior<int, int>.Lie(unit => unit + 1);
        var worker = new FakeWorker<int, int>(
            new WorkerId("turncoat"), unit => unit * unit, lie.After(honestAnswers: 2).Delayed(TimeSpan.FromSeconds(3)), timeProvider: clock);

        for (int unit = 1; unit <= 4; unit++)
        {
            ValueTask<int> answer = worker.ExecuteAsync(unit, CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(3));      // no test sleeps
            Console.WriteLine($"{unit} -> {await answer}");
        }

        Console.WriteLine($"honest: {worker.Calls.Count(call => call.IsHonest)} of {worker.CallCount} in {clock.Elapsed.TotalSeconds} s");
        #endregion
    }
}
