using Microsoft.Extensions.Options;
using Vouch.Economy.Scheduling;
using Vouch.Execution.Progress;
using Vouch.Resilience.Calls;
using Vouch.Testing;
using Vouch.TrustEngine;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Tests;

/// <summary>Executors for tests, and the means to let a manual clock pass while one works.</summary>
internal static class Executors
{
    public static VerifiedExecutor With(
        ExecutionOptions? options = null,
        WorkerCallOptions? calls = null,
        TimeProvider? time = null,
        ReputationLedger? ledger = null,
        TrustEngineOptions? trust = null) =>
        new(
            Options.Create(options ?? new ExecutionOptions()),
            Options.Create(trust ?? new TrustEngineOptions()),
            Options.Create(calls ?? NoRetries()),
            new PriceAwareListScheduler(),
            ledger,
            time: time);

    public static WorkerCallOptions NoRetries() => new() { MaxRetries = 0 };

    /// <summary>Lets the clock pass from timer to timer, each time only once nothing moves any more.</summary>
    public static async Task<T> DriveAsync<T>(Task<T> task, ManualTimeProvider time, Activity activity)
    {
        while (!task.IsCompleted)
        {
            await activity.QuietAsync(time, task);
            if (!task.IsCompleted)
            {
                time.AdvanceToNextTimer();
            }
        }

        return await task;
    }

    /// <summary>Counts events and calls, to see when a run stands still.</summary>
    internal sealed class Activity(IEnumerable<FakeWorker<int, long>> workers) : IProgress<RunEvent>
    {
        private readonly FakeWorker<int, long>[] _workers = [.. workers];
        private readonly List<RunEvent> _events = [];

        public IReadOnlyList<RunEvent> Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        public void Report(RunEvent value)
        {
            lock (_events)
            {
                _events.Add(value);
            }
        }

        /// <summary>Returns when nothing has happened while it was looked at several times.</summary>
        public async Task QuietAsync(ManualTimeProvider time, Task task)
        {
            (int, int, int) last = default;
            // With a call in a worker's hands it is that worker's turn; with none, the run may only not have got to it yet.
            for (int quiet = 0; quiet < (IsWorking() ? 10 : 60) && !task.IsCompleted; quiet++)
            {
                await Task.WhenAny(task, Task.Delay(1, CancellationToken.None));
                (int, int, int) now = (Count(), _workers.Sum(static worker => worker.CallCount), time.ActiveTimers);
                if (now != last)
                {
                    last = now;
                    quiet = 0;
                }
            }
        }

        private bool IsWorking() => Array.Exists(_workers, static worker => worker.Calls is [.., { Outcome: FakeCallOutcome.Running }]);

        private int Count()
        {
            lock (_events)
            {
                return _events.Count;
            }
        }
    }
}
