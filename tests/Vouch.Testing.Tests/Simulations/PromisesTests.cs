using Vouch.Testing.Simulations;

namespace Vouch.Testing.Tests.Simulations;

public sealed class PromisesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Require_False_FailsEvenWhereItIsCaught()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            await simulation.Delay(Second);
            try
            {
                simulation.Require(false, "two is three");
            }
            catch (SimulationException)
            {
                // A retry around the check would do this.
            }

            await simulation.Delay(Second);
        });

        report.Failure!.Kind.Should().Be(SimulationFailureKind.BrokenPromise);
        report.Failure.Message.Should().Contain("two is three");
        report.Elapsed.Should().Be(Second);
    }

    [Fact]
    public void Always_BrokenBetweenTwoSteps_FailsAtTheStepThatBrokeIt()
    {
        int balance = 10;

        SimulationReport report = Simulation.TryRun(async simulation =>
        {
            simulation.Always(() => balance >= 0, "the balance is never negative");
            for (int i = 0; i < 20; i++)
            {
                await simulation.Delay(Second);
                balance--;
            }
        });

        report.Failure!.Message.Should().Contain("never negative");
        report.Elapsed.Should().Be(11 * Second);
    }

    [Fact]
    public void Eventually_InTime_TellsHowLongItTook()
    {
        bool open = false;
        TimeSpan took = default;

        Simulation.Run(async simulation =>
        {
            _ = simulation.Start("doorman", async () =>
            {
                await simulation.Delay(3 * Second);
                open = true;
            });
            took = await simulation.EventuallyAsync(() => open, 5 * Second, "the door opens");
        });

        took.Should().Be(3 * Second);
    }

    [Fact]
    public void Eventually_TooLate_Fails()
    {
        SimulationReport report = Simulation.TryRun(static async simulation => await simulation.EventuallyAsync(static () => false, 5 * Second, "the door opens"));

        report.Failure!.Kind.Should().Be(SimulationFailureKind.BrokenPromise);
        report.Failure.Message.Should().Contain("the door opens: not within 5 s");
        report.Elapsed.Should().Be(5 * Second);
    }

    [Fact]
    public void NeverMoreThan_OneTooMany_Fails()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
        {
            Occupancy guests = simulation.NeverMoreThan(3, "guests");
            for (int i = 0; i < 4; i++)
            {
                _ = simulation.Start("guest", async () =>
                {
                    guests.Enter();
                    await simulation.Delay(Second);
                    guests.Leave();
                });
                await simulation.Delay(TimeSpan.FromMilliseconds(300));
            }
        });

        report.Failure!.Message.Should().Contain("never more than 3 guests: now there are 4");
    }

    [Fact]
    public void NeverMoreThan_WithinTheLimit_CountsThePeak()
    {
        Simulation.Run(static async simulation =>
        {
            Occupancy guests = simulation.NeverMoreThan(3, "guests");
            using var door = new SemaphoreSlim(3);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                await door.WaitAsync().ConfigureAwait(false);
                guests.Enter();
                await simulation.Delay(Second).ConfigureAwait(false);
                guests.Leave();
                door.Release();
            }));
            guests.Peak.Should().Be(3);
            guests.Count.Should().Be(0);
        });
    }

    [Theory]
    [InlineData(1.9, true)]
    [InlineData(2.2, false)]
    public void Recovers_WellAfterSoLong_HoldsWithinTwoSeconds(double wellAfter, bool holds)
    {
        TimeSpan recovered = default;

        SimulationReport report = Simulation.TryRun(async simulation =>
            recovered = await simulation.RecoversAsync(2 * Second, () => Task.FromResult(simulation.Elapsed.TotalSeconds >= wellAfter)));

        (report.Failure is null).Should().Be(holds);
        if (holds)
        {
            recovered.TotalSeconds.Should().BeInRange(wellAfter, wellAfter + 0.1);
        }
        else
        {
            report.Failure!.Message.Should().Contain("the service recovers within 2 s");
        }
    }

    [Fact]
    public void Recovers_WellAtFirstAndIllLater_Fails()
    {
        SimulationReport report = Simulation.TryRun(static async simulation =>
            await simulation.RecoversAsync(2 * Second, () => simulation.Elapsed.TotalSeconds is > 3 and < 3.5 ? throw new TimeoutException("slow again") : Task.FromResult(true)));

        report.Failure!.Message.Should().Contain("slow again");
    }
}
