using Vouch.Economy.Checkpointing;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Checkpointing;

public sealed class CheckpointRhythmTests
{
    [Theory]
    [InlineData(10, 3, 1, 13)]
    [InlineData(9, 3, 1, 11)]
    [InlineData(2, 3, 1, 2)]
    [InlineData(0, 3, 1, 0)]
    public void TimeFor_Work_CountsACheckpointBetweenStretches(double work, double interval, double cost, double expected)
    {
        new CheckpointRhythm(interval, cost).TimeFor(work).Should().Be(expected);
    }

    [Fact]
    public void SavedAndDone_OfARun_FollowASlowSimulation()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var rhythm = new CheckpointRhythm(random.Next(1, 8), random.Next(0, 4));
            double saved = 0;
            double done = 0;
            double unsaved = 0;
            double writing = 0;
            for (int time = 0; time < 60; time++)
            {
                rhythm.SavedAfter(time).Should().Be(saved, $"seed {seed}, time {time}");
                rhythm.DoneAfter(time).Should().Be(done, $"seed {seed}, time {time}");
                if (unsaved < rhythm.Interval)
                {
                    unsaved++;
                    done++;
                }
                else
                {
                    writing++;
                }

                if (unsaved == rhythm.Interval && writing == rhythm.Cost)
                {
                    (saved, unsaved, writing) = (done, 0, 0);
                }
            }
        }
    }

    [Fact]
    public void None_SavesNothingAndCostsNothing()
    {
        var none = new CheckpointRhythm(double.PositiveInfinity, 1);

        (none.TimeFor(7), none.SavedAfter(7), none.DoneAfter(7)).Should().Be((7, 0, 7));
        CheckpointRhythm.For(1, double.PositiveInfinity).Interval.Should().Be(double.PositiveInfinity);
        CheckpointRhythm.For(1, 50).Interval.Should().Be(CheckpointInterval.Daly(1, 50));
        FluentActions.Invoking(() => new CheckpointRhythm(0, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new CheckpointRhythm(1, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Online_WorkerFails_LosesOnlyWhatRanSinceTheCheckpoint()
    {
        // Slots of an hour, a checkpoint of one hour after every three: after six hours three are safe, two are worked and unsaved; restart takes an hour.
        var options = new OnlineSchedulerOptions { CheckpointCost = TimeSpan.FromHours(1), CheckpointEvery = TimeSpan.FromHours(3), RestartCost = TimeSpan.FromHours(1) };
        var scheduler = new OnlineScheduler(
            new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), new double[48].Select(_ => 10.0).ToArray()),
            [new OnlinePool("spot", 4)],
            options);
        scheduler.Submit(new Job("job", 9, 1, 0, 48, penalty: 100_000, preemption: new Preemption(10)));
        scheduler.StatusOf("job")!.Planned!.Value.Length.Should().Be(11, "nine slots of work and two checkpoints");
        for (int slot = 0; slot < 7; slot++)
        {
            scheduler.BeginSlot(4);
        }

        scheduler.FailWorker("job");

        OnlineJobStatus status = scheduler.StatusOf("job")!;
        status.Kept.Should().Equal(new Segment(0, 4));
        status.Lost.Should().Equal(new Segment(4, 2));
        status.Planned!.Value.Length.Should().Be(9, "six slots of work are left, one to restart, and two checkpoints between them");
    }
}
