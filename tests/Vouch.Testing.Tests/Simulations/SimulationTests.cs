using System.Threading.Channels;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Tests.Simulations;

/// <summary>What a simulation catches, and what it says of what it does not catch.</summary>
public sealed class SimulationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, Func<Simulation, Task>> Caught = new()
    {
        ["delay"] = async simulation => await Task.Delay(Second, simulation.Time),
        ["delay, no context"] = async simulation => await Task.Delay(Second, simulation.Time).ConfigureAwait(false),
        ["yield"] = async simulation => await Task.Yield(),
        ["pool task"] = async simulation => await Task.Run(() => Task.Delay(Second, simulation.Time)).ConfigureAwait(false),
        ["pool task in pool task"] = async simulation => await Task.Run(async () => await Task.Run(async () => await Task.Yield()).ConfigureAwait(false)),
        ["pool work"] = async simulation =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.QueueUserWorkItem(static state => state.SetResult(), done, preferLocal: true);
            await done.Task.ConfigureAwait(false);
        },
        ["completion source"] = async simulation =>
        {
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Task.Run(source.SetResult);
            await source.Task.ConfigureAwait(false);
        },
        ["semaphore"] = async simulation =>
        {
            using var semaphore = new SemaphoreSlim(0);
            _ = Task.Run(() => semaphore.Release());
            await semaphore.WaitAsync().ConfigureAwait(false);
        },
        ["semaphore, time limit"] = async simulation =>
        {
            using var semaphore = new SemaphoreSlim(0);
            await semaphore.WaitAsync().WaitAsync(Second, simulation.Time).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        },
        ["channel"] = async simulation =>
        {
            Channel<int> channel = Channel.CreateBounded<int>(1);
            Task writer = Task.Run(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await channel.Writer.WriteAsync(i);
                }

                channel.Writer.Complete();
            });
            while (await channel.Reader.WaitToReadAsync())
            {
                channel.Reader.TryRead(out _);
            }

            await writer;
        },
        ["channel with synchronous continuations, no context"] = async simulation =>
        {
            Channel<int> channel = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
            _ = Task.Run(async () =>
            {
                await Task.Delay(Second, simulation.Time).ConfigureAwait(false);
                channel.Writer.TryWrite(1);
                channel.Writer.Complete();
            });
            await foreach (int item in channel.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                item.Should().Be(1);
            }
        },
        ["cancellation by time"] = async simulation =>
        {
            using var source = new CancellationTokenSource(Second, simulation.Time);
            Func<Task> wait = () => Task.Delay(Timeout.InfiniteTimeSpan, simulation.Time, source.Token);
            await wait.Should().ThrowAsync<OperationCanceledException>().ConfigureAwait(false);
        },
        ["cancellation, asynchronous"] = async simulation =>
        {
            using var source = new CancellationTokenSource();
            bool told = false;
            await using CancellationTokenRegistration registration = source.Token.Register(() => told = true);
            await source.CancelAsync().ConfigureAwait(false);
            told.Should().BeTrue();
        },
        ["periodic timer"] = async simulation =>
        {
            using var timer = new PeriodicTimer(Second, simulation.Time);
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        },
        ["when all"] = async simulation => await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => Task.Delay(i * Second, simulation.Time)))).ConfigureAwait(false),
        ["when any"] = async simulation => await (await Task.WhenAny(Task.Delay(Second, simulation.Time), Task.Delay(2 * Second, simulation.Time)).ConfigureAwait(false)).ConfigureAwait(false),
        ["continue with"] = async simulation => await Task.Delay(Second, simulation.Time).ContinueWith(static _ => 1, TaskScheduler.Default).ConfigureAwait(false),
        ["own scheduler"] = async simulation => await Task.Factory.StartNew(static () => 1, CancellationToken.None, TaskCreationOptions.None, simulation.Scheduler).ConfigureAwait(false),
        ["progress"] = async simulation =>
        {
            var told = new TaskCompletionSource<int>();
            ((IProgress<int>)new Progress<int>(told.SetResult)).Report(1);
            await told.Task.ConfigureAwait(false);
        },
        ["async lazy value shared by many"] = async simulation =>
        {
            var value = new Lazy<Task<int>>(() => Task.Run(async () =>
            {
                await Task.Delay(Second, simulation.Time).ConfigureAwait(false);
                return 1;
            }));
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => value.Value)).ConfigureAwait(false);
        },
        ["polly"] = async simulation =>
        {
            ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = simulation.Time }
                .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Randomizer = simulation.Random.NextDouble })
                .AddTimeout(Second)
                .Build();
            Func<Task> call = async () => await pipeline.ExecuteAsync(async token => await Task.Delay(10 * Second, simulation.Time, token).ConfigureAwait(false)).ConfigureAwait(false);
            await call.Should().ThrowAsync<TimeoutRejectedException>().ConfigureAwait(false);
            simulation.Elapsed.Should().BeGreaterThan(3 * Second);
        },
    };

    public static TheoryData<string> CaughtNames => [.. Caught.Keys];

    [Theory]
    [MemberData(nameof(CaughtNames))]
    public void Run_AsynchronousCode_StaysOnOneThread(string what)
    {
        SimulationReport report = Simulation.Run(async simulation =>
        {
            int thread = Environment.CurrentManagedThreadId;
            await Caught[what](simulation).ConfigureAwait(false);
            Environment.CurrentManagedThreadId.Should().Be(thread);
        });

        report.Steps.Should().BePositive();
    }

    [Theory]
    [MemberData(nameof(CaughtNames))]
    public void Run_InFirstComeOrder_StaysOnOneThread(string what) =>
        Simulation.Run(simulation => Caught[what](simulation), new SimulationOptions { Order = SimulationOrder.FirstComeFirstServed });

    [Fact]
    public void Run_ADayOfWaiting_TakesADayOfVirtualTime()
    {
        SimulationReport report = Simulation.Run(async simulation =>
        {
            for (int hour = 0; hour < 24; hour++)
            {
                await Task.Delay(TimeSpan.FromHours(1), simulation.Time);
                simulation.Time.GetUtcNow().Should().Be(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour + 1));
            }
        });

        report.Elapsed.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Run_DelayOnTheSystemsClock_IsAnEscape()
    {
#pragma warning disable RS0030 // the mistake under test
        SimulationReport report = Simulation.TryRun(static async _ => await Task.Delay(TimeSpan.FromMilliseconds(100)));
#pragma warning restore RS0030

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Escape);
        report.Failure.Message.Should().Contain("without a TimeProvider");
    }

    [Fact]
    public void Run_DelayOnTheSystemsClockWithoutContext_IsAnEscape()
    {
#pragma warning disable RS0030 // the mistake under test
        SimulationReport report = Simulation.TryRun(static async _ => await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false));
#pragma warning restore RS0030

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Escape);
    }

    [Fact]
    public void Run_WorkForTheSharedQueue_IsAnEscape()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            var never = new TaskCompletionSource();
            ThreadPool.QueueUserWorkItem(_ => simulation.Record("pool", "ran"));
            await never.Task;
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Escape);
        report.Events.Should().Be(0, "the escaped code was held back");
    }

    [Fact]
    public void Run_ChannelWithoutContext_IsAnEscape()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            Channel<int> channel = Channel.CreateUnbounded<int>();
            _ = simulation.Start("writer", async () =>
            {
                await simulation.Delay(Second);
                channel.Writer.TryWrite(1);
            });
            await channel.Reader.ReadAsync().ConfigureAwait(false);
            await simulation.Delay(Second);
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Escape);
        report.Failure.Message.Should().Contain("AllowSynchronousContinuations");
    }

    [Fact]
    public void Run_AThread_IsAnEscape()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            var done = new TaskCompletionSource();
            new Thread(done.SetResult) { IsBackground = true }.Start();
            await done.Task;
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Escape);
    }

    [Fact]
    public void Run_NothingCanHappen_NamesWhoWaits()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            using var gate = new SemaphoreSlim(0);
            _ = simulation.Start("the reader", async () => await gate.WaitAsync().ConfigureAwait(false));
            await simulation.Delay(Second);
            await simulation.Start("the writer", WaitForGateAsync);

            async Task WaitForGateAsync() => await gate.WaitAsync();
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Deadlock);
        report.Failure.Time.Should().Be(Second);
        report.Failure.Message.Should().Contain("the reader").And.Contain("the writer").And.Contain("WaitForGateAsync").And.Contain("the scenario");
    }

    [Fact]
    public void Run_ALoopThatNeverWaits_MeetsTheStepLimit()
    {
        SimulationReport report = Simulation.TryRun(
            static async _ =>
            {
                while (true)
                {
                    await Task.Yield();
                }
            },
            new SimulationOptions { StepLimit = 10_000 });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.StepLimit);
        report.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Run_ATimerThatNeverEnds_MeetsTheTimeLimit()
    {
        SimulationReport report = Simulation.TryRun(
            static async simulation =>
            {
                using var timer = new PeriodicTimer(Second, simulation.Time);
                while (await timer.WaitForNextTickAsync())
                {
                }
            },
            new SimulationOptions { TimeLimit = TimeSpan.FromMinutes(1) });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.TimeLimit);
        report.Elapsed.Should().Be(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Run_ABlockedThread_IsGivenUp()
    {
        var release = new ManualResetEventSlim();

        SimulationReport report = Simulation.TryRun(
            _ =>
            {
                release.Wait();
                return Task.CompletedTask;
            },
            new SimulationOptions { StallLimit = Second });
        release.Set();

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Stall);
        report.Failure.Message.Should().Contain(".Result");
    }

    [Fact]
    public void Run_ScenarioThrows_ThrowsTheReport()
    {
        Action run = () => Simulation.Run(
            static async simulation =>
            {
                simulation.Record("here", "before", 1);
                await simulation.Delay(Second);
                throw new InvalidDataException("boom");
            },
            new SimulationOptions { Seed = 42 });

        SimulationException thrown = run.Should().Throw<SimulationException>().Which;
        thrown.InnerException.Should().BeOfType<InvalidDataException>();
        thrown.Report!.Failure!.Time.Should().Be(Second);
        thrown.Message.Should().Contain("boom").And.Contain("Seed = 42").And.Contain("here: before 1");
    }

    [Fact]
    public void Run_AnActivityThrows_FailsTheRunAtOnce()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            _ = simulation.Start("clerk", async () =>
            {
                await simulation.Delay(Second);
                throw new InvalidDataException("boom");
            });
            await simulation.Delay(10 * Second);
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Error);
        report.Failure.Message.Should().Contain("clerk");
        report.Elapsed.Should().Be(Second);
    }

    [Fact]
    public void Run_AnAsyncVoidMethodThrows_FailsTheRun()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            Forget(simulation);
            await simulation.Delay(10 * Second);

            static async void Forget(Simulation simulation)
            {
                await simulation.Delay(Second);
                throw new InvalidDataException("boom");
            }
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.Error);
        report.Failure.Error.Should().BeOfType<InvalidDataException>();
    }

    [Fact]
    public async Task Run_FromAPoolThread_LeavesItsQueueAlone()
    {
        int answer = await Task.Run(async () =>
        {
            Simulation.Run(static async simulation => await Task.Run(() => simulation.Delay(Second)));
            return await Task.Run(static () => 7);
        });

        answer.Should().Be(7);
    }

    [Fact]
    public void Time_TimersAtOneTime_FireInSeededOrder()
    {
        HashSet<string> orders = [];
        for (ulong seed = 1; seed <= 40; seed++)
        {
            string order = "";
            Simulation.Run(
                async simulation =>
                {
                    await Task.WhenAll("abc".Select(async name =>
                    {
                        await simulation.Delay(Second);
                        order += name;
                    }));
                },
                new SimulationOptions { Seed = seed });
            orders.Add(order);
        }

        orders.Should().HaveCount(6, "every order of three comes up");
    }

    [Fact]
    public void Options_OutsideTheirRange_AreNamed()
    {
        Func<SimulationOptions, Action> run = options => () => Simulation.Run(static _ => Task.CompletedTask, options);

        run(new SimulationOptions { StepLimit = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("StepLimit");
        run(new SimulationOptions { TimeLimit = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("TimeLimit");
        run(new SimulationOptions { StallLimit = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("StallLimit");
        run(new SimulationOptions { LastEvents = -1 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("LastEvents");
        run(new SimulationOptions { Order = (SimulationOrder)9 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Order");
    }
}
