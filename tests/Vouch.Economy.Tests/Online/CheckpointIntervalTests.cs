using Vouch.Economy.Online;

namespace Vouch.Economy.Tests.Online;

public sealed class CheckpointIntervalTests
{
    [Theory]
    [InlineData(0.1, 24)]
    [InlineData(0.5, 6)]
    [InlineData(1, 10)]
    public void Daly_Interval_IsNearTheBestOfAllIntervals(double cost, double mtbf)
    {
        // The exact optimum of the exponential model, by search over a fine grid.
        double best = Enumerable.Range(1, 20_000).Min(i => CheckpointInterval.LostShare(i * mtbf / 5_000, cost, mtbf));

        CheckpointInterval.LostShare(CheckpointInterval.Daly(cost, mtbf), cost, mtbf).Should().BeInRange(best * 0.9999, best * 1.003);
        CheckpointInterval.LostShare(CheckpointInterval.Young(cost, mtbf), cost, mtbf).Should().BeInRange(best * 0.9999, best * 1.05);
    }

    [Fact]
    public void Interval_Extremes_AreStated()
    {
        CheckpointInterval.Young(2, 100).Should().Be(20);
        CheckpointInterval.Young(1, double.PositiveInfinity).Should().Be(double.PositiveInfinity);
        CheckpointInterval.Daly(1, double.PositiveInfinity).Should().Be(double.PositiveInfinity);
        CheckpointInterval.Daly(10, 4).Should().Be(4, "a checkpoint that costs more than the time between failures is made once per failure at most");
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            FluentActions.Invoking(() => CheckpointInterval.Young(bad, 1)).Should().Throw<ArgumentOutOfRangeException>();
        }

        FluentActions.Invoking(() => CheckpointInterval.Daly(1, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => CheckpointInterval.LostShare(double.NaN, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
