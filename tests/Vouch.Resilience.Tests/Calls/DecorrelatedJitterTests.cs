using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;

namespace Vouch.Resilience.Tests.Calls;

public class DecorrelatedJitterTests
{
    private static readonly TimeSpan Base = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(5);

    [Fact]
    public void Next_AnySeedAndDraw_StaysBetweenBaseAndThreeTimesThePrevious()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<(ulong Seed, ulong Stream, ulong Draw, PositiveInt Previous)>(),
                static at =>
                {
                    TimeSpan previous = TimeSpan.FromMilliseconds(at.Previous.Get);
                    TimeSpan next = new DecorrelatedJitter(Base, Cap, at.Seed).Next(previous, at.Stream, at.Draw);
                    TimeSpan top = 3 * (previous > Base ? previous : Base);
                    return next >= Base && next <= (top < Cap ? top : Cap);
                })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Next_ManyDraws_AreUniformAndDoNotRepeatAcrossWorkers()
    {
        var jitter = new DecorrelatedJitter(Base, Cap, seed: 1);
        ulong left = DecorrelatedJitter.StreamOf(new WorkerId("left"));
        ulong right = DecorrelatedJitter.StreamOf(new WorkerId("right"));

        double[] one = [.. Enumerable.Range(0, 10_000).Select(draw => jitter.Next(Base, left, (ulong)draw).TotalMilliseconds)];
        double[] other = [.. Enumerable.Range(0, 10_000).Select(draw => jitter.Next(Base, right, (ulong)draw).TotalMilliseconds)];

        // Uniform on [100, 300]: mean 200, standard error 0.58. The largest gap of the empirical distribution at 1 % is 1.63 / sqrt(n) (Kolmogorov).
        one.Average().Should().BeApproximately(200, 3);
        KolmogorovDistance(one).Should().BeLessThan(1.63 / 100);
        KolmogorovDistance(other).Should().BeLessThan(1.63 / 100);
        double correlation = one.Zip(other, static (x, y) => (x - 200) * (y - 200)).Average() / (200.0 * 200 / 12);
        correlation.Should().BeApproximately(0, 0.04);

        static double KolmogorovDistance(double[] values)
        {
            double[] sorted = [.. values.Order()];
            return sorted.Select((value, i) => Math.Abs(((i + 0.5) / sorted.Length) - ((value - 100) / 200))).Max();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    public void Next_BaseIsZero_DoesNotWait(int baseMilliseconds, int capSeconds)
    {
        var jitter = new DecorrelatedJitter(TimeSpan.FromMilliseconds(baseMilliseconds), TimeSpan.FromSeconds(capSeconds), seed: 1);

        jitter.Next(TimeSpan.Zero, 1, 1).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Next_LongestDelays_StayAtTheCap() =>
        new DecorrelatedJitter(TimeSpan.FromHours(1), TimeSpan.FromHours(1), seed: 1).Next(TimeSpan.FromHours(1), 1, 1).Should().Be(TimeSpan.FromHours(1));
}
