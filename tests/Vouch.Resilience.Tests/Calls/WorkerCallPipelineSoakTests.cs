using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Calls;

/// <summary>Many calls at once to workers that do anything at all: invariants, not timing.</summary>
[Collection(nameof(AloneCollection))]
public class WorkerCallPipelineSoakTests
{
    private const int Calls = 4000;
    private const int Workers = 24;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task ExecuteAsync_ThousandsOfCallsToWorkersThatDoAnything_KeepsItsPromises(int seed, bool startOnThreadPool)
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs arguments)
        {
            foreach (Exception error in arguments.Exception.InnerExceptions.Where(static error => error is LateException))
            {
                unobserved.Enqueue(error);
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await SoakAsync(seed, startOnThreadPool);
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        unobserved.Should().BeEmpty("abandoned tasks' exceptions are looked at");
    }

    [Fact]
    public void ExecuteAsync_SameSeedOnAManualClock_SameRecordByteForByte()
    {
        string first = Record();

        Record().Should().Be(first);
        first.Should().ContainAll("Outrun", "TimedOut", "Failed", "BreakerOpen", "Succeeded");

        static string Record()
        {
            SynchronizationContext.SetSynchronizationContext(null);
            var farm = new Farm(7, startOnThreadPool: false, inline: true);
            using WorkerCallPipeline pipeline = farm.Pipeline;
            var calls = new List<Task<CallOutcome<int>>>();
            for (int i = 0; i < 500; i++)
            {
                calls.Add(farm.Call(i, CancellationToken.None));
                farm.Time.Advance(TimeSpan.FromMilliseconds(7));
            }

            farm.Time.Advance(TimeSpan.FromMinutes(5));
            var text = new StringBuilder();
            foreach (CallOutcome<int> outcome in calls.Select(static call => call.Done()))
            {
                text.AppendLine($"{outcome.AnsweredBy} {outcome.Duration}");
                foreach (CallAttempt attempt in outcome.Attempts)
                {
                    text.AppendLine($"  {attempt.Worker} {attempt.Outcome} {attempt.StartedAfter} {attempt.Duration} {attempt.Hedged} {attempt.ErrorClass}");
                }
            }

            return text.ToString();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task SoakAsync(int seed, bool startOnThreadPool)
    {
        var farm = new Farm(seed, startOnThreadPool, inline: false);
        using WorkerCallPipeline pipeline = farm.Pipeline;
        CancellationTokenSource[] sources = [.. Enumerable.Range(0, Calls).Select(static _ => new CancellationTokenSource())];
        Task<CallOutcome<int>>[] calls = new Task<CallOutcome<int>>[Calls];
        Task starting = Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(() =>
        {
            for (int i = part; i < Calls; i += 4)
            {
                calls[i] = farm.Call(i, sources[i].Token);
                if (farm.IsWithdrawn(i))
                {
                    // Half of them at once: the pool may take so long to begin that the call has ended by then.
                    if (i % 2 == 0)
                    {
                        sources[i].Cancel();
                    }
                    else
                    {
                        _ = Task.Run(sources[i].Cancel);
                    }
                }
            }
        })));

        // The clock moves while calls start and run; a call that never ended would make this loop give up.
        long rounds = 0;
        while (!starting.IsCompleted || !Array.TrueForAll(calls, static call => call.IsCompleted))
        {
            farm.Time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
            if (++rounds > 2_000_000)
            {
                throw new TimeoutException("A call does not end.");
            }
        }

        await starting;
        var broken = new List<string>();
        int answered = 0;
        int withdrawn = 0;
        int called = 0;
        foreach ((Task<CallOutcome<int>> call, int i) in calls.Select(static (call, i) => (call, i)))
        {
            if (call.IsCanceled)
            {
                Require(farm.IsWithdrawn(i), "only the caller cancels");
                withdrawn++;
                continue;
            }

            CallOutcome<int> outcome = call.GetAwaiter().GetResult();
            CallAttempt[] made = [.. outcome.Attempts.Where(static attempt => attempt.Outcome != CallAttemptOutcome.BreakerOpen)];
            CallAttempt[] successful = [.. made.Where(static attempt => attempt.Outcome == CallAttemptOutcome.Succeeded)];
            Require(outcome.AttemptCount > 0 && made.Length <= farm.Options.MaxAttempts, "the budget of attempts holds");
            Require(made.Select(static attempt => attempt.Worker).Distinct().Count() <= 1 + farm.Options.MaxHedges, "no more candidates than allowed");
            Require(!made.Any(static attempt => attempt.Outcome == CallAttemptOutcome.Cancelled || attempt.Duration < TimeSpan.Zero), "nothing is cancelled");
            Require(successful.Length == (outcome.Succeeded ? 1 : 0), "one answer is taken");
            Require(!outcome.Succeeded || (outcome.Value == i && successful[0].Worker == outcome.AnsweredBy), "an answer belongs to its call");
            Require(startOnThreadPool || made.Length == farm.CallsOf(i), "every call to a worker is on record, once");
            answered += successful.Length;
            called += made.Length;
        }

        broken.Should().BeEmpty();
        answered.Should().BeGreaterThan(Calls / 3);
        withdrawn.Should().BeGreaterThan(Calls / 50);
        called.Should().BeGreaterThan(Calls / 2);
        farm.FailLate();
        foreach (CancellationTokenSource source in sources)
        {
            source.Dispose();
        }

        void Require(bool holds, string promise)
        {
            if (!holds)
            {
                broken.Add(promise);
            }
        }
    }

    private sealed class LateException : Exception;

    private sealed class Farm
    {
        private readonly int _seed;
        private readonly bool _inline;
        private readonly int[] _calls = new int[Calls];
        private readonly ConcurrentQueue<TaskCompletionSource<int>> _hanging = new();

        public Farm(int seed, bool startOnThreadPool, bool inline)
        {
            (_seed, _inline) = (seed, inline);
            Options = new WorkerCallOptions
            {
                AttemptTimeout = TimeSpan.FromSeconds(2),
                HedgeAfter = TimeSpan.FromSeconds(0.5),
                MaxHedges = 2,
                MaxRetries = 2,
                MaxAttempts = 4,
                BreakerMinimumThroughput = 5,
                BreakerBreakDuration = TimeSpan.FromSeconds(1),
                StartOnThreadPool = startOnThreadPool,
                Seed = seed,
            };
            Pipeline = new WorkerCallPipeline(Options, Time);
        }

        public ManualTimeProvider Time { get; } = new();

        public WorkerCallOptions Options { get; }

        public WorkerCallPipeline Pipeline { get; }

        public bool IsWithdrawn(int call) => Draw(call, 1000) < 0.1;

        public int CallsOf(int call) => Volatile.Read(ref _calls[call]);

        public Task<CallOutcome<int>> Call(int call, CancellationToken cancellationToken)
        {
            var random = new Random(HashCode.Combine(_seed, call));
            WorkerId[] candidates = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => new WorkerId($"w{random.Next(Workers)}"))];
            return Pipeline.ExecuteAsync(candidates, static (worker, state, token) => state.Farm.WorkAsync(worker, state.Call, token), (Farm: this, Call: call), cancellationToken).AsTask();
        }

        /// <summary>The workers that never listened fail at last, long after anyone waited for them.</summary>
        public void FailLate()
        {
            while (_hanging.TryDequeue(out TaskCompletionSource<int>? hanging))
            {
                hanging.SetException(new LateException());
            }
        }

        private double Draw(int call, int salt)
        {
            uint hash = unchecked(((uint)_seed * 0x9E3779B1) ^ ((uint)call * 0x85EBCA77) ^ ((uint)salt * 0xC2B2AE3D));
            hash = unchecked((hash ^ (hash >> 15)) * 0x2C1B3C6D);
            hash = unchecked((hash ^ (hash >> 12)) * 0x297A2D39);
            return (hash ^ (hash >> 15)) / (double)uint.MaxValue;
        }

        private ValueTask<int> WorkAsync(WorkerId worker, int call, CancellationToken token)
        {
            int attempt = Interlocked.Increment(ref _calls[call]);
            bool broken = worker.Value is "w1" or "w2";
            double draw = broken ? 0.5 + (Draw(call, attempt) / 2) : Draw(call, attempt);
            return draw switch
            {
                < 0.35 => new ValueTask<int>(call),
                < 0.50 => AnswerLaterAsync(call, TimeSpan.FromSeconds(Draw(call, attempt + 50)), token),
                < 0.60 => throw new IOException(),
                < 0.68 => FailLaterAsync(TimeSpan.FromSeconds(Draw(call, attempt + 70)), token),
                < 0.74 => ValueTask.FromException<int>(new NotSupportedException()),
                < 0.80 => throw new TimeoutException(),
                < 0.86 => AnswerLaterAsync(call, TimeSpan.FromSeconds(3), CancellationToken.None),
                < 0.92 => AnswerLaterAsync(call, Timeout.InfiniteTimeSpan, token),
                _ => Hang(),
            };
        }

        private async ValueTask<int> AnswerLaterAsync(int call, TimeSpan delay, CancellationToken token)
        {
            if (!_inline)
            {
                await Task.Yield();
            }

            await Task.Delay(delay, Time, token).ConfigureAwait(false);
            return call;
        }

        private async ValueTask<int> FailLaterAsync(TimeSpan delay, CancellationToken token)
        {
            await Task.Delay(delay, Time, token).ConfigureAwait(false);
            throw new IOException();
        }

        private ValueTask<int> Hang()
        {
            var hanging = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _hanging.Enqueue(hanging);
            return new ValueTask<int>(hanging.Task);
        }
    }
}
