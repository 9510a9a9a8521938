using Vouch.Core.Exceptions;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;
using Vouch.Testing.Workers;

namespace Vouch.Testing.Tests.Workers;

/// <summary>What each fault does to the calls of a worker. Links take 1 ms each way and service 10 ms, so that a call takes 12 ms when all is well.</summary>
public sealed class SimulatedWorkerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Execute_AllIsWell_TravelsServesAndTravelsBack()
    {
        Run("", async (simulation, worker) =>
        {
            int answer = await worker.ExecuteAsync(7);

            answer.Should().Be(49);
            simulation.Elapsed.Should().Be(12 * Millisecond);
            worker.Served.Should().Be(1);
        });
    }

    [Fact]
    public void Execute_MoreCallsThanServers_WaitInLine()
    {
        Run("", async (simulation, worker) =>
        {
            Task[] calls = [.. Enumerable.Range(0, 5).Select(unit => worker.ExecuteAsync(unit).AsTask())];
            await simulation.Delay(2 * Millisecond);
            worker.Serving.Should().Be(2);
            worker.Waiting.Should().Be(3);

            await Task.WhenAll(calls);

            simulation.Elapsed.Should().Be(32 * Millisecond, "five calls at two servers take three turns");
            worker.PeakServing.Should().Be(2);
        });
    }

    [Fact]
    public void Execute_LineIsFull_IsRefused()
    {
        Run(
            "",
            async (simulation, worker) =>
            {
                Task[] calls = [.. Enumerable.Range(0, 5).Select(unit => worker.ExecuteAsync(unit).AsTask())];
                Func<Task> all = () => Task.WhenAll(calls);

                await all.Should().ThrowAsync<ResourceAllocationException>();

                calls.Count(call => call.IsFaulted).Should().Be(2);
            },
            options => options.QueueLimit = 1);
    }

    [Fact]
    public void Execute_Cancelled_EndsAtOnceAndIsServedAllTheSame()
    {
        Run("", async (simulation, worker) =>
        {
            using var patience = new CancellationTokenSource(5 * Millisecond, simulation.Time);
            Func<Task> call = async () => await worker.ExecuteAsync(1, patience.Token);

            await call.Should().ThrowAsync<OperationCanceledException>();

            simulation.Elapsed.Should().Be(5 * Millisecond);
            await simulation.Delay(Second);
            worker.Wasted.Should().Be(1);
        });
    }

    [Fact]
    public void Crash_DuringACall_FailsItAndRefusesOthersUntilOver()
    {
        Run("Crash 0 at 0.005s for 1s x0.5", async (simulation, worker) =>
        {
            Func<Task> call = async () => await worker.ExecuteAsync(1);

            await call.Should().ThrowAsync<WorkerCrashException>();
            simulation.Elapsed.Should().Be(6 * Millisecond, "the connection breaks at 5 ms and that takes 1 ms to travel");
            await call.Should().ThrowAsync<WorkerCrashException>();
            worker.IsDown.Should().BeTrue();
            await simulation.FaultsOver;
            simulation.Elapsed.Should().Be(505 * Millisecond, "half the duration");
            (await worker.ExecuteAsync(3)).Should().Be(9);
        });
    }

    [Fact]
    public void Hang_CallsAtThatTime_AreNeverAnsweredAndHoldTheirPlaces()
    {
        Run("Hang 0 at 0s for 1s x1", async (simulation, worker) =>
        {
            Task<int>[] hung = [.. Enumerable.Range(0, 2).Select(unit => worker.ExecuteAsync(unit).AsTask())];
            Task<int> waiting = worker.ExecuteAsync(5).AsTask();
            await simulation.Delay(500 * Millisecond);
            worker.Serving.Should().Be(2);

            (await waiting).Should().Be(25);

            simulation.Elapsed.Should().Be(1011 * Millisecond, "a place came free when the fault was over");
            await simulation.Delay(100 * Second);
            hung.Should().OnlyContain(call => !call.IsCompleted);
        });
    }

    [Fact]
    public void Slow_AtHalf_TakesFiveAndAHalfTimesAsLong() => TakesTime("Slow 0 at 0s for 10s x0.5", 1 + 55 + 1);

    [Fact]
    public void CpuSpike_DuringItsShareOfTheSecond_TakesTwentyTimesAsLong() => TakesTime("CpuSpike 0 at 0s for 10s x0.5", 1 + 200 + 1);

    [Fact]
    public void CpuSpike_InTheRestOfTheSecond_TakesAsLongAsEver()
    {
        Run("CpuSpike 0 at 0s for 10s x0.5", async (simulation, worker) =>
        {
            await simulation.Delay(600 * Millisecond);
            await worker.ExecuteAsync(1);
            simulation.Elapsed.Should().Be(612 * Millisecond);
        });
    }

    [Fact]
    public void Leak_CallAfterCall_GetsSlowerAndRestarts()
    {
        Run("Leak 0 at 0s for 1000s x1", async (simulation, worker) =>
        {
            var durations = new List<double>();
            int crashes = 0;
            for (int i = 0; i < 120; i++)
            {
                TimeSpan start = simulation.Elapsed;
                try
                {
                    await worker.ExecuteAsync(i);
                    durations.Add((simulation.Elapsed - start).TotalMilliseconds);
                }
                catch (WorkerCrashException)
                {
                    crashes++;
                    await simulation.Delay(Second);
                }
            }

            durations[0].Should().Be(12);
            durations[40].Should().BeGreaterThan(40);
            crashes.Should().BePositive();
            durations[51].Should().BeLessThan(15, "it began anew after the restart");
        });
    }

    [Fact]
    public void Error_AtItsShare_FailsFast() => FailsAtItsShare<WorkerCrashException>("Error 0 at 0s for 10000s x0.3", 0.3);

    [Fact]
    public void Corruption_Noticed_FailsAtItsShare() => FailsAtItsShare<InvalidDataException>("Corruption 0 at 0s for 10000s x0.3", 0.3);

    [Fact]
    public void Corruption_NotNoticed_ChangesAnswersAtItsShare() =>
        AnswersWrongAtItsShare("Corruption 0 at 0s for 10000s x0.3", worker => worker.Damage = static (answer, random) => answer ^ (1 << random.Next(30)));

    [Fact]
    public void Byzantine_WithALie_TellsItAtItsShare() => AnswersWrongAtItsShare("Byzantine 0 at 0s for 10000s x0.3", worker => worker.Lie = static (answer, _) => answer + 1);

    [Fact]
    public void Byzantine_WithoutALie_AnswersTheDefaultValue() => AnswersWrongAtItsShare("Byzantine 0 at 0s for 10000s x0.3", static _ => { });

    [Fact]
    public void Loss_AtItsShare_LosesRequestsAndAnswers()
    {
        Run(
            "Loss 0 at 0s for 10000s x0.3",
            async (simulation, worker) =>
            {
                Task<int>[] calls = [.. Enumerable.Range(0, 2000).Select(unit => worker.ExecuteAsync(unit).AsTask())];
                await simulation.Delay(60 * Second);

                // Both legs: 1 - 0.7 x 0.7 = 0.51 of 2000, standard deviation 22.
                calls.Count(call => !call.IsCompleted).Should().BeInRange(910, 1130);
                worker.Served.Should().BeInRange(1290, 1510);
            }, options => options.QueueLimit = 5000);
    }

    [Fact]
    public void Duplication_AtOne_ServesTwiceAndAnswersOnce()
    {
        Run("Duplication 0 at 0s for 10s x1", async (simulation, worker) =>
        {
            (await worker.ExecuteAsync(3)).Should().Be(9);
            await simulation.Delay(Second);
            worker.Served.Should().Be(2);
            worker.Calls.Should().Be(1);
        });
    }

    [Fact]
    public void Delay_AtHalf_TakesOneSecondMoreForBothWaysOnAverage()
    {
        Run("Delay 0 at 0s for 10000s x0.5", async (simulation, worker) =>
        {
            double sum = 0;
            for (int i = 0; i < 2000; i++)
            {
                TimeSpan start = simulation.Elapsed;
                await worker.ExecuteAsync(i);
                sum += (simulation.Elapsed - start).TotalSeconds;
            }

            // Mean of two exponentials of 0.5 s plus 12 ms; standard error of 2000: 0.016.
            (sum / 2000).Should().BeApproximately(1.012, 0.07);
        });
    }

    [Fact]
    public void Reorder_CallsSentInOrder_ArriveInAnother()
    {
        Run("Reorder 0 at 0s for 10s x0.5", async (simulation, worker) =>
        {
            var order = new List<int>();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async unit =>
            {
                await simulation.Delay(2 * unit * Millisecond);
                await worker.ExecuteAsync(unit);
                order.Add(unit);
            }));

            order.Should().NotBeInAscendingOrder();
        });
    }

    [Fact]
    public void LostRequests_OneWayPartition_LetsEarlierAnswersThrough()
    {
        Run("LostRequests 0 at 0.005s for 1s x1", async (simulation, worker) =>
        {
            (await worker.ExecuteAsync(3)).Should().Be(9);
            Task<int> lost = worker.ExecuteAsync(4).AsTask();
            await simulation.Delay(5 * Second);
            lost.IsCompleted.Should().BeFalse();
            worker.Served.Should().Be(1);
        });
    }

    [Fact]
    public void LostAnswers_OneWayPartition_ServesAndNobodyLearnsOfIt()
    {
        Run("LostAnswers 0 at 0s for 1s x1", async (simulation, worker) =>
        {
            Task<int> lost = worker.ExecuteAsync(4).AsTask();
            await simulation.Delay(5 * Second);
            lost.IsCompleted.Should().BeFalse();
            worker.Served.Should().Be(1);
            (await worker.ExecuteAsync(5)).Should().Be(25);
        });
    }

    [Fact]
    public void ClockSkew_OfAMinute_FindsFreshRequestsTooOldOrDeadOnesFresh()
    {
        int refused = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            Run(
                "ClockSkew 0 at 0s for 10s x1",
                async (simulation, worker) =>
                {
                    await simulation.Delay(Millisecond);
                    double skew = (worker.Time.GetUtcNow() - simulation.Time.GetUtcNow()).TotalSeconds;
                    Math.Abs(skew).Should().Be(60);
                    try
                    {
                        await worker.ExecuteAsync(1);
                        skew.Should().Be(-60);
                    }
                    catch (TimeoutException)
                    {
                        skew.Should().Be(60);
                        refused++;
                    }
                },
                options => options.RequestLifetime = Second,
                seed);
        }

        refused.Should().BeInRange(3, 17);
    }

    [Fact]
    public void Cascade_OfThree_FallsOneAfterTheOther()
    {
        Simulation.Run(
            static async simulation =>
            {
                IReadOnlyList<SimulatedWorker<int, int>> workers = simulation.AddWorkers(4, static (int unit) => unit);
                await simulation.Delay(1100 * Millisecond);
                workers.Select(worker => worker.IsDown).Should().Equal(false, false, true, false);
                await simulation.Delay(250 * Millisecond);
                workers.Select(worker => worker.IsDown).Should().Equal(false, false, true, true);
                await simulation.Delay(250 * Millisecond);
                workers.Select(worker => worker.IsDown).Should().Equal(true, false, true, true);
                await simulation.FaultsOver;
                simulation.Elapsed.Should().Be(5 * Second);
                workers.Should().OnlyContain(worker => !worker.IsDown);
            },
            new SimulationOptions { Faults = FaultSchedule.Parse("Cascade 2 at 1s for 4s x0.75") });
    }

    [Fact]
    public void Serve_RealAsynchronousCode_IsCancelledByACrash()
    {
        bool cancelled = false;
        Simulation.Run(
            async simulation =>
            {
                SimulatedWorker<int, int> worker = simulation.AddWorker<int, int>("server", async (unit, token) =>
                {
                    try
                    {
                        await Task.Delay(10 * Second, simulation.Time, token).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException)
                    {
                        cancelled = true;
                        throw;
                    }

                    return unit;
                });
                Func<Task> call = async () => await worker.ExecuteAsync(1);
                await call.Should().ThrowAsync<WorkerCrashException>();
                (await worker.ExecuteAsync(2)).Should().Be(2);
            },
            new SimulationOptions { Faults = FaultSchedule.Parse("Crash 0 at 1s for 0.0001s x1") });

        cancelled.Should().BeTrue();
    }

    [Fact]
    public void Inject_FromTheScenario_StrikesAtOnce()
    {
        Run("", async (simulation, worker) =>
        {
            simulation.Inject(new Fault(FaultKind.Crash, 0, TimeSpan.Zero, Second));
            await simulation.Delay(Millisecond);
            worker.IsDown.Should().BeTrue();
            await simulation.Delay(Second);
            worker.IsDown.Should().BeFalse();
        });
    }

    private static void TakesTime(string faults, double milliseconds)
    {
        Run(faults, async (simulation, worker) =>
        {
            await worker.ExecuteAsync(1);
            simulation.Elapsed.TotalMilliseconds.Should().Be(milliseconds);
        });
    }

    private static void FailsAtItsShare<TException>(string faults, double share)
        where TException : Exception
    {
        Run(faults, async (simulation, worker) =>
        {
            int failed = 0;
            for (int i = 0; i < 2000; i++)
            {
                try
                {
                    await worker.ExecuteAsync(i);
                }
                catch (TException)
                {
                    failed++;
                }
            }

            ((double)failed / 2000).Should().BeApproximately(share, 0.05);
        });
    }

    private static void AnswersWrongAtItsShare(string faults, Action<SimulatedWorker<int, int>> prepare)
    {
        Run(faults, async (simulation, worker) =>
        {
            prepare(worker);
            int wrong = 0;
            for (int i = 1; i <= 2000; i++)
            {
                wrong += await worker.ExecuteAsync(i) == i * i ? 0 : 1;
            }

            (wrong / 2000.0).Should().BeApproximately(0.3, 0.05);
        });
    }

    private static void Run(string faults, Func<Simulation, SimulatedWorker<int, int>, Task> scenario, Action<SimulatedWorkerOptions>? configure = null, ulong seed = 1)
    {
        var options = new SimulatedWorkerOptions
        {
            Servers = 2,
            ServiceTime = DelayDistribution.Constant(10 * Millisecond),
            LinkDelay = DelayDistribution.Constant(Millisecond),
        };
        configure?.Invoke(options);
        Simulation.Run(
            simulation => scenario(simulation, simulation.AddWorker("worker", static (int unit) => unit * unit, options)),
            new SimulationOptions { Seed = seed, Faults = FaultSchedule.Parse(faults) });
    }
}
