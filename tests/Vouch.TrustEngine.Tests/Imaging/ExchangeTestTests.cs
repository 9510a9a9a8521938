using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

public class ExchangeTestTests
{
    [Theory]
    [InlineData(3, 12, 0.0)]
    [InlineData(3, 30, 0.0)]
    [InlineData(3, 64, 0.9)]
    [InlineData(2, 40, 0.5)]
    [InlineData(5, 36, 0.5)]
    public void Of_ManyUnits_EqualsTheExactTailWithinAFewPercent(int labels, int units, double skew)
    {
        var random = new Random((labels * 100) + units);
        for (int trial = 0; trial < 12; trial++)
        {
            // Whole scores, so that the exact law can be had by convolution; the candidate's pulled upwards more and more.
            int[][] scores = [.. Enumerable.Range(0, units).Select(_ => Enumerable.Range(0, labels)
                .Select(_ => (int)(1000 * Math.Pow(random.NextDouble(), 1 + (3 * skew)))).ToArray())];
            double pull = trial / 14.0;
            foreach (int[] row in scores)
            {
                if (random.NextDouble() < pull)
                {
                    int highest = Array.IndexOf(row, row.Max());
                    (row[0], row[highest]) = (row[highest], row[0]);
                }
            }

            var table = new ScoreTable(labels);
            foreach (int[] row in scores)
            {
                table.Add([.. row.Select(score => (double)score)]);
            }

            ExchangeTest test = ExchangeTest.Of(table);

            double exact = ExactUpperTail(scores);
            if (exact < 0.4)
            {
                double slack = exact > 0.01 ? 0.2 : 0.12;
                Math.Log(test.Upper / exact).Should().BeInRange(-slack, slack, "exact {0:G4}, found {1:G4}, trial {2}", exact, test.Upper, trial);
            }
            else
            {
                test.Upper.Should().BeApproximately(exact, 0.02);
            }
        }
    }

    [Fact]
    public void Of_FewUnits_EnumeratesExactly()
    {
        var table = new ScoreTable(3);
        table.Add([2, 0, 0]);
        table.Add([1, 0, -1]);

        ExchangeTest test = ExchangeTest.Of(table);

        // Nine labellings; only the observed one sums to 3.
        test.Upper.Should().BeApproximately(1.0 / 9, 1e-15);
        test.Lower.Should().Be(1);
    }

    [Fact]
    public void Of_ExtremeCandidate_IsTheChanceOfAllUnits()
    {
        var table = new ScoreTable(3);
        for (int unit = 0; unit < 40; unit++)
        {
            table.Add([-5, 1 + unit, 2]);
        }

        ExchangeTest.Of(table).Lower.Should().BeApproximately(Math.Pow(3, -40), 1e-25);
    }

    [Fact]
    public void Of_NothingToTellApart_IsNoEvidence()
    {
        var table = new ScoreTable(3);
        table.Add([4, 4, 4]);
        table.Add([0, 0, 0]);
        table.Add([double.NaN, 0, 1]);

        table.Units.Should().Be(0);
        ExchangeTest.Of(table).Should().Be(ExchangeTest.Nothing);
    }

    private static double ExactUpperTail(int[][] scores)
    {
        double[] law = [1];
        foreach (int[] row in scores)
        {
            double[] next = new double[law.Length + 1000];
            foreach (int score in row)
            {
                for (int sum = 0; sum < law.Length; sum++)
                {
                    next[sum + score] += law[sum] / row.Length;
                }
            }

            law = next;
        }

        return law[scores.Sum(row => row[0])..].Sum();
    }
}
