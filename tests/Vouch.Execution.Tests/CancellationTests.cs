using System.Diagnostics;
using Vouch.Execution.Jobs;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Behavior = Vouch.Testing.WorkerBehavior<int, long>;

namespace Vouch.Execution.Tests;

/// <summary>The promise is 100 ms; the bound here is wider, so that a busy machine does not fail it. `CancellationBenchmarks` measures the real figure.</summary>
public class CancellationTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Completion_CancelledWhileWorkersIgnoreTheirTokens_EndsAtOnceAndResultsCanStillBeRead()
    {
        using var cancellation = new CancellationTokenSource();
        Behavior hang = Behavior.Hang(ignoreCancellation: true).After(6);
        var stuck = new Stuck(RunEventKind.Accepted, 6);
        await using VerifiedRun<long> run = Executors.With().Start(
            Squares.Job(50), Squares.Pool(Squares.Worker("a", hang), Squares.Worker("b", hang)), new Squares.SpotCheck(), progress: stuck, cancellationToken: cancellation.Token);
        await stuck.Reached.WaitAsync(Bound, TestContext.Current.CancellationToken);

        TimeSpan took = await CancelAsync(run, cancellation);

        took.Should().BeLessThan(Bound);
        var read = new List<VerifiedResult<long>>();
        Func<Task> reading = async () =>
        {
            await foreach (VerifiedResult<long> result in run.Results)
            {
                read.Add(result);
            }
        };
        await reading.Should().ThrowAsync<OperationCanceledException>();
        read.Should().HaveCountGreaterThanOrEqualTo(6).And.OnlyContain(result => Squares.IsRight(result));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completion_CancelledWhileTheVerifierIgnoresItsToken_EndsAtOnce(bool whileChecking)
    {
        using var cancellation = new CancellationTokenSource();
        var verifier = new Hanging(whileChecking);
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(10, errorBudget: 0.3), Squares.Pool(Squares.Honest(4)), verifier, cancellationToken: cancellation.Token);
        await verifier.Entered.WaitAsync(Bound, TestContext.Current.CancellationToken);

        TimeSpan took = await CancelAsync(run, cancellation);

        took.Should().BeLessThan(Bound);
    }

    [Fact]
    public async Task Completion_CancelledWhileTheVerifierBlocksItsThread_EndsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        var verifier = new Hanging(whileChecking: false, () => release.Wait(TestContext.Current.CancellationToken));
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(10, errorBudget: 0.3), Squares.Pool(Squares.Honest(4)), verifier, cancellationToken: cancellation.Token);
        await verifier.Entered.WaitAsync(Bound, TestContext.Current.CancellationToken);

        TimeSpan took = await CancelAsync(run, cancellation);
        release.Set();

        took.Should().BeLessThan(Bound);
    }

    [Fact]
    public async Task Completion_WorkersCallbacksThrowOrBlock_CancelsAtOnceAndThrowsNothingElse()
    {
        using var cancellation = new CancellationTokenSource();
        using var release = new ManualResetEventSlim();
        Behavior hostile = Behavior.Custom(async (_, token) =>
        {
            token.Register(() => release.Wait(TestContext.Current.CancellationToken));
            token.Register(static () => throw new InvalidOperationException("from a worker's callback"));
            return await new TaskCompletionSource<long>().Task;
        });
        var stuck = new Stuck(RunEventKind.Dispatched, 2);
        VerifiedRun<long> run = Executors.With().Start(Squares.Job(10), Squares.Pool(Squares.Worker("a", hostile), Squares.Worker("b", hostile)), new Squares.SpotCheck(), progress: stuck, cancellationToken: cancellation.Token);
        await stuck.Reached.WaitAsync(Bound, TestContext.Current.CancellationToken);

        Task cancelling = cancellation.CancelAsync();
        Task ended = await Task.WhenAny(run.Completion, Task.Delay(Bound, TestContext.Current.CancellationToken));
        ended.Should().BeSameAs(run.Completion);
        run.Completion.IsCanceled.Should().BeTrue();
        release.Set();
        await cancelling;
        await run.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_JobUnderWay_CancelsIt()
    {
        VerifiedRun<long> run = Executors.With().Start(Squares.Job(10), Squares.Pool(Squares.Worker("a", Behavior.Hang(ignoreCancellation: true))), new Squares.SpotCheck());

        await run.DisposeAsync();

        run.Completion.IsCanceled.Should().BeTrue();
    }

    [Fact]
    public async Task Start_AlreadyCancelled_DoesNothing()
    {
        Testing.FakeWorker<int, long> worker = Squares.Worker("a");
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(10), Squares.Pool(worker), new Squares.SpotCheck(), cancellationToken: new CancellationToken(canceled: true));

        Func<Task> completion = () => run.Completion;
        await completion.Should().ThrowAsync<OperationCanceledException>();
        worker.CallCount.Should().Be(0);
    }

    private static async Task<TimeSpan> CancelAsync(VerifiedRun<long> run, CancellationTokenSource cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await cancellation.CancelAsync();
        await Task.WhenAny(run.Completion, Task.Delay(Bound, TestContext.Current.CancellationToken));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        run.Completion.IsCanceled.Should().BeTrue("it took {0}", took);
        return took;
    }

    private sealed class Stuck(RunEventKind kind, int count) : IProgress<RunEvent>
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _seen;

        public Task Reached => _reached.Task;

        public void Report(RunEvent value)
        {
            if (value.Kind == kind && ++_seen == count)
            {
                _reached.TrySetResult();
            }
        }
    }

    private sealed class Hanging(bool whileChecking, Action? block = null) : IResultVerifier<int, long>
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public bool CanCheck => whileChecking;

        public bool CanCompare => !whileChecking;

        public double CheckWorkShare => 0.1;

        public double DetectionPower => 0.9;

        public string? FindDefect(WorkUnit<int> unit, long result) => null;

        public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken)
        {
            _entered.TrySetResult();
            return new(new TaskCompletionSource<ResultCheck>().Task);
        }

        public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken)
        {
            _entered.TrySetResult();
            block?.Invoke();
            return block is null ? new(new TaskCompletionSource<bool>().Task) : new(true);
        }
    }
}
