using FsCheck;
using FsCheck.Fluent;
using Vouch.Statistics.Location;

namespace Vouch.Statistics.Tests.Location;

public class WeightedMedianTests
{
    // T. Cormen, C. Leiserson, R. Rivest, C. Stein, Introduction to Algorithms, problem 9-2: the weighted (lower) median of these is 0.2.
    [Fact]
    public void Lower_TextbookExample_IsItsAnswer() =>
        WeightedMedian.Lower([0.1, 0.35, 0.05, 0.1, 0.15, 0.05, 0.2], [0.1, 0.35, 0.05, 0.1, 0.15, 0.05, 0.2]).Should().Be(0.2);

    [Fact]
    public void Find_WeightSplitsExactly_LowerAndUpperDiffer()
    {
        WeightedMedianResult result = WeightedMedian.Find([4, 1, 3, 2], [1, 1, 1, 1]);

        result.Should().Be(new WeightedMedianResult(2, 3, 4, 4));
        result.Midpoint.Should().Be(2.5);
    }

    [Fact]
    public void Find_TenEqualWeightsOfATenth_IsATieAsInExactArithmetic()
    {
        double[] weights = [.. Enumerable.Repeat(0.1, 10)];
        double[] values = [.. Enumerable.Range(1, 10).Select(i => (double)i)];

        WeightedMedianResult result = WeightedMedian.Find(values, weights);

        (result.Lower, result.Upper).Should().Be((5, 6));
    }

    [Fact]
    public void Find_RandomInputs_AgreesWithExactSorting()
    {
        var random = new Random(1);
        for (int round = 0; round < 6000; round++)
        {
            int n = random.Next(1, round % 50 == 0 ? 600 : 40);
            (double[] values, double[] weights) = Draw(random, n, round % 8);
            (double lower, double upper) = ExactWeightedMedian.Of(values, weights);

            WeightedMedianResult result = WeightedMedian.Find(values, weights);

            (result.Lower, result.Upper).Should().Be((lower, upper), $"round {round}, n {n}");
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(30_000)]
    public void Find_LargeInputs_AgreesWithExactSorting(int n)
    {
        var random = new Random(n);
        for (int kind = 0; kind < 8; kind++)
        {
            (double[] values, double[] weights) = Draw(random, n, kind);
            (double lower, double upper) = ExactWeightedMedian.Of(values, weights);

            WeightedMedianResult result = WeightedMedian.Find(values, weights);

            (result.Lower, result.Upper).Should().Be((lower, upper), $"kind {kind}");
        }
    }

    [Fact]
    public void Find_AnyInput_IsItsExactMedian() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(NormalFloat, NormalFloat)[]>(),
            pairs =>
            {
                double[] values = [.. pairs.Select(pair => pair.Item1.Get)];
                double[] weights = [.. pairs.Select(pair => Math.Abs(pair.Item2.Get))];
                (double lower, double upper) = ExactWeightedMedian.Of(values, weights);
                WeightedMedianResult result = WeightedMedian.Find(values, weights);
                return result.Lower.Equals(lower) && result.Upper.Equals(upper);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Find_Shuffled_IsTheSameToTheBit()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            (double[] values, double[] weights) = Draw(random, random.Next(1, 400), round % 8);
            WeightedMedianResult before = WeightedMedian.Find(values, weights);
            int[] order = [.. Enumerable.Range(0, values.Length)];
            random.Shuffle(order);

            WeightedMedianResult after = WeightedMedian.Find([.. order.Select(i => values[i])], [.. order.Select(i => weights[i])]);

            BitConverter.DoubleToInt64Bits(after.Lower).Should().Be(BitConverter.DoubleToInt64Bits(before.Lower));
            after.Should().Be(before);
        }
    }

    [Fact]
    public void Find_MinorityOfTheWeight_CannotLeaveTheHonestRange()
    {
        var random = new Random(3);
        for (int round = 0; round < 500; round++)
        {
            double[] honest = [.. Enumerable.Range(0, random.Next(1, 50)).Select(_ => random.NextDouble())];
            double[] weights = [.. honest.Select(_ => 1.0)];
            double[] lies = [.. Enumerable.Range(0, honest.Length - 1).Select(_ => random.Next(2) == 0 ? double.PositiveInfinity : -1e300)];

            WeightedMedianResult result = WeightedMedian.Find([.. honest, .. lies], [.. weights, .. lies.Select(_ => 1.0)]);

            result.Lower.Should().BeInRange(honest.Min(), honest.Max());
            result.Upper.Should().BeInRange(honest.Min(), honest.Max());
        }
    }

    [Fact]
    public void Find_SumOverflows_IsStillRight()
    {
        double[] weights = [1e308, 1.5e308, 1.7e308, 1e308];

        WeightedMedianResult result = WeightedMedian.Find([1, 2, 3, 4], weights);

        (result.Lower, result.Upper).Should().Be((3, 3));
        result.TotalWeight.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void Find_TinyWeightBreaksTie_IsSeen()
    {
        WeightedMedian.Find([1, 2, 3], [1e300, 1e300, double.Epsilon]).Lower.Should().Be(2);
        WeightedMedian.Find([1, 2, 3], [1e300, 1e300, 0]).Lower.Should().Be(1);
    }

    [Fact]
    public void Find_InfiniteValues_SortAsSuch()
    {
        WeightedMedian.Lower([double.NegativeInfinity, 0, double.PositiveInfinity], [1, 1, 1]).Should().Be(0);
        WeightedMedianResult result = WeightedMedian.Find([double.NegativeInfinity, double.PositiveInfinity], [1, 1]);
        (result.Lower, result.Upper).Should().Be((double.NegativeInfinity, double.PositiveInfinity));
        double.IsNaN(result.Midpoint).Should().BeTrue();
        WeightedMedian.Midpoint([double.MaxValue, double.MaxValue], [1, 1]).Should().Be(double.MaxValue);
    }

    [Fact]
    public void Find_NothingCarriesWeight_HasNoValue()
    {
        foreach (WeightedMedianResult result in new[] { WeightedMedian.Find([], []), WeightedMedian.Find([1, 2], [0, 0]), WeightedMedian.Find([3], [-0.0]) })
        {
            result.HasValue.Should().BeFalse();
            double.IsNaN(result.Lower).Should().BeTrue();
            result.TotalWeight.Should().Be(0);
        }

        double.IsNaN(WeightedMedian.Upper([1], [0])).Should().BeTrue();
    }

    [Fact]
    public void Find_MinusZero_IsReturnedAsZero() =>
        double.IsNegative(WeightedMedian.Lower([-0.0, 0.0, -0.0], [1, 1, 1])).Should().BeFalse();

    [Theory]
    [InlineData(double.NaN, 1, "values", "*index 1 is NaN*")]
    [InlineData(1, double.NaN, "weights", "*index 1 is NaN*")]
    [InlineData(1, -1, "weights", "*index 1 is -1*")]
    [InlineData(1, double.PositiveInfinity, "weights", "*index 1 is*")]
    public void Find_BadElement_ThrowsWithItsIndex(double value, double weight, string parameter, string message)
    {
        FluentActions.Invoking(() => WeightedMedian.Find([0, value], [1, weight])).Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(parameter);
        FluentActions.Invoking(() => WeightedMedian.FindInPlace([0, value], [1, weight])).Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Find_LengthsDiffer_Throws()
    {
        FluentActions.Invoking(() => WeightedMedian.Find([1, 2], [1])).Should().Throw<ArgumentException>().WithMessage("*2 values, 1 weights*");
        FluentActions.Invoking(() => WeightedMedian.Find([1, 2], [1, 1], new double[3])).Should().Throw<ArgumentException>().WithParameterName("scratch");
    }

    [Fact]
    public void Find_AllForms_Agree()
    {
        (double[] values, double[] weights) = Draw(new Random(11), 5000, 0);
        WeightedMedianResult expected = WeightedMedian.Find(values, weights);

        WeightedMedian.Find(values, weights, new double[10_000]).Should().Be(expected);
        WeightedMedian.FindInPlace([.. values], [.. weights]).Should().Be(expected);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(1000)]
    public void Find_Warm_AllocatesNothing(int n)
    {
        (double[] values, double[] weights) = Draw(new Random(5), n, 0);
        (_, double[] wide) = Draw(new Random(5), n, 5);
        double[] scratch = new double[2 * n];
        double sum = 0;

        Allocations.Of(
            () =>
            {
                sum += WeightedMedian.Lower(values, weights) + WeightedMedian.Find(values, wide).Lower + WeightedMedian.Find(values, weights, scratch).Lower;
                sum += WeightedQuantile.Lower(values, weights, 0.9);
            },
            times: 50).Should().Be(0);
        double.IsFinite(sum).Should().BeTrue();
    }

    [Fact]
    public void Find_AdversarialOrders_StayLinear()
    {
        // Inputs that defeat fixed pivots: organ pipe, sawtooth, sorted, two values, and median-of-three killers.
        const int n = 200_000;
        Func<int, double>[] orders = [i => Math.Min(i, n - i), i => i % 1000, i => i, i => n - i, i => i & 1, i => i % 2 == 0 ? i : n - i, i => ((long)i * 7919) % n];
        double[] weights = [.. Enumerable.Repeat(1.0, n)];
        foreach (Func<int, double> order in orders)
        {
            double[] values = [.. Enumerable.Range(0, n).Select(order)];
            double[] sorted = [.. values.Order()];

            WeightedMedian.Lower(values, weights).Should().Be(sorted[(n / 2) - 1]);
        }
    }

    internal static (double[] Values, double[] Weights) Draw(Random random, int n, int kind)
    {
        double[] values = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++)
        {
            values[i] = kind switch
            {
                0 => random.NextDouble(),
                1 => random.Next(4),
                2 => random.Next(3) - 1 == 0 ? -0.0 : random.Next(2) * 0.0,
                3 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)),
                4 => random.Next(5) switch { 0 => double.NegativeInfinity, 1 => double.PositiveInfinity, _ => random.NextDouble() },
                _ => random.Next(100),
            };
            weights[i] = kind switch
            {
                0 => random.NextDouble(),
                1 => 0.1,
                2 => random.Next(3) * 0.1,
                3 => 1e308 * random.NextDouble(),
                4 => random.Next(2),
                5 => Math.Pow(10, random.Next(-320, 308)),
                6 => random.Next(2) == 0 ? double.Epsilon : 1,
                _ => random.Next(1, 4) / 3.0,
            };
        }

        return (values, weights);
    }
}
