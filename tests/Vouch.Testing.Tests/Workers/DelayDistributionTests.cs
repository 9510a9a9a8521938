using Vouch.Testing.Simulations;
using Vouch.Testing.Workers;

namespace Vouch.Testing.Tests.Workers;

public sealed class DelayDistributionTests
{
    private const int Draws = 200_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Constant_Always_IsTheSame() => Moments(DelayDistribution.Constant(Second)).Should().Be((1, 0));

    [Fact]
    public void Uniform_Moments_AreThoseOfTheFormula() => Compare(DelayDistribution.Uniform(Second, 3 * Second), mean: 2, deviation: 2 / Math.Sqrt(12));

    [Fact]
    public void Exponential_Moments_AreThoseOfTheFormula() => Compare(DelayDistribution.Exponential(Second), mean: 1, deviation: 1);

    [Fact]
    public void LogNormal_Moments_AreThoseAskedFor() => Compare(DelayDistribution.LogNormal(Second, 0.5), mean: 1, deviation: 0.5);

    [Fact]
    public void Measured_Samples_ComeUpEquallyOften() => Compare(DelayDistribution.Measured([Second, Second, 4 * Second]), mean: 2, deviation: Math.Sqrt(2));

    [Fact]
    public void Arguments_OutsideTheirRange_AreRefused()
    {
        Action[] wrong =
        [
            () => DelayDistribution.Constant(-Second),
            () => DelayDistribution.Constant(TimeSpan.MaxValue),
            () => DelayDistribution.Uniform(2 * Second, Second),
            () => DelayDistribution.Exponential(TimeSpan.Zero),
            () => DelayDistribution.LogNormal(Second, double.NaN),
            () => DelayDistribution.LogNormal(Second, 0),
            () => DelayDistribution.Measured([Second, -Second]),
        ];

        foreach (Action action in wrong)
        {
            action.Should().Throw<ArgumentOutOfRangeException>();
        }

        Action empty = () => DelayDistribution.Measured([]);
        empty.Should().Throw<ArgumentException>();
    }

    private static void Compare(DelayDistribution distribution, double mean, double deviation)
    {
        (double measuredMean, double measuredDeviation) = Moments(distribution);

        measuredMean.Should().BeApproximately(mean, 5 * deviation / Math.Sqrt(Draws));
        measuredDeviation.Should().BeApproximately(deviation, 0.02 * deviation);
    }

    private static (double Mean, double Deviation) Moments(DelayDistribution distribution)
    {
        var random = new SeededRandom(1);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < Draws; i++)
        {
            double seconds = distribution.DrawTicks(random) / 1e7;
            sum += seconds;
            squares += seconds * seconds;
        }

        return (sum / Draws, Math.Sqrt(Math.Max(0, (squares / Draws) - (sum / Draws * (sum / Draws)))));
    }
}
