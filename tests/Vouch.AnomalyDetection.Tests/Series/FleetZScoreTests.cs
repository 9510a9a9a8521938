using Vouch.AnomalyDetection.Series;

namespace Vouch.AnomalyDetection.Tests.Series;

public class FleetZScoreTests
{
    [Fact]
    public void Observe_Outliers_StandOutInTheirSeriesOnly()
    {
        var fleet = new FleetZScore(37);
        var random = new Random(4);
        double[] values = new double[37];
        double[] scores = new double[37];
        double sum = 0;
        for (int tick = 0; tick < 2_000; tick++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (i * 1e6) + (Math.Pow(10, i - 18) * Streams.Next(random));
            }

            values[18] = tick % 5 == 0 ? double.NaN : values[18];
            if (tick == 1_999)
            {
                values[20] += 10 * 100;
                values[36] = double.PositiveInfinity;
            }

            fleet.Observe(values, scores);
            sum += tick > 500 && tick < 1_999 ? scores[25] * scores[25] : 0;
            scores.Should().OnlyContain(score => double.IsFinite(score));
        }

        Math.Sqrt(sum / 1_498).Should().BeApproximately(1, 0.1, "z-scores of normal values have a standard deviation of one");
        scores[20].Should().BeInRange(7, 14);
        scores[36].Should().Be(0);
        scores.Where((_, i) => i is not (20 or < 12)).Should().OnlyContain(score => Math.Abs(score) < 6);
    }

    [Fact]
    public void Observe_WholeAndPartOfAVector_AgreeBitForBit()
    {
        var wide = new FleetZScore(64);
        var narrow = new FleetZScore(1);
        double[] scores = new double[64];
        double[] one = new double[1];
        foreach (double value in Streams.Normal(500, 2))
        {
            wide.Observe([.. Enumerable.Repeat(value, 64)], scores);
            narrow.Observe([value], one);
            scores.Should().OnlyContain(score => score.Equals(one[0]));
        }
    }

    [Fact]
    public void Observe_WrongLength_IsRefused() =>
        new FleetZScore(3).Invoking(fleet => fleet.Observe([1, 2], new double[3])).Should().Throw<ArgumentException>();
}
