namespace Vouch.Testing.Tests;

public sealed class ManualTimeProviderSoakTests
{
    [Fact]
    public async Task ManyThreads_AdvanceCreateAndDispose_EveryTimerFiresExactlyOnceOrNever()
    {
        const int Threads = 8;
        const int Rounds = 2_000;
        var clock = new ManualTimeProvider();
        int[] fired = new int[Threads * Rounds];
        int tooEarly = 0;

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Rounds; i++)
            {
                int number = (thread * Rounds) + i;
                int dueIn = random.Next(1, 5000);
                long due = clock.GetTimestamp() + dueIn;
                ITimer timer = clock.CreateTimer(
                    _ =>
                    {
                        Interlocked.Increment(ref fired[number]);
                        if (clock.GetTimestamp() < due)
                        {
                            Interlocked.Increment(ref tooEarly);
                        }
                    },
                    null,
                    TimeSpan.FromTicks(dueIn),
                    Timeout.InfiniteTimeSpan);
                if (i % 3 == 0)
                {
                    timer.Dispose();
                }

                clock.Advance(TimeSpan.FromTicks(random.Next(0, 10)));
            }
        })));
        clock.Advance(TimeSpan.FromSeconds(1));

        clock.ActiveTimers.Should().Be(0);
        tooEarly.Should().Be(0);
        fired.Should().OnlyContain(count => count <= 1);
        fired.Where((_, number) => number % Rounds % 3 != 0).Should().OnlyContain(count => count == 1, "none of these was disposed");
    }

    [Fact]
    public async Task ManyThreads_Advance_MovesAddUp()
    {
        var clock = new ManualTimeProvider();
        int ticks = 0;
        using ITimer timer = clock.CreateTimer(_ => Interlocked.Increment(ref ticks), null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        })));

        clock.Elapsed.Should().Be(TimeSpan.FromSeconds(8));
        ticks.Should().Be(8_000);
    }
}
